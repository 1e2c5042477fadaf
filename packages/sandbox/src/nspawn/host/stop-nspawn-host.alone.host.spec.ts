import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { killCgroup } from '../../system/cgroups.js';
import { gatewayPort } from '../../gateway/endpoint.js';
import { NSPAWN } from '../nspawn-driver.js';
import { type NspawnHost } from './nspawn-host.js';
import { startNspawnHost } from './start-nspawn-host.js';
import { stopNspawnHost } from './stop-nspawn-host.js';

const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(async () => {
  for (const host of await NSPAWN.list())
    if (host.workspace === workspace) await stopNspawnHost(host);
  rmSync(workspace, { recursive: true });
});

/** What remains on this machine only while some host is up. */
function commonTraces(): readonly string[] {
  const rules = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  return [
    ...['/sys/class/net/fdsb', '/sys/fs/cgroup/unified/fairness-deploy-sandbox'].filter((path) =>
      existsSync(path),
    ),
    ...rules.split('\n').filter((line) => line.includes('fairness')),
    ...execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('gateway/daemon.js')),
  ];
}

const statusOf = async (host: NspawnHost): Promise<unknown> => (await NSPAWN.find(host))?.status;

/** A host that somebody else has up on this machine keeps them. */
async function expectNoneUnlessOthersRun(): Promise<void> {
  const others = (await NSPAWN.list()).some(({ status }) => status === 'running');
  if (others) expect(commonTraces()).not.toEqual([]);
  else expect(commonTraces()).toEqual([]);
}

// Alone: the network is one for all hosts of this machine, and another spec's host that just
// boots or goes keeps it.
describe('stopNspawnHost()', () => {
  it('takes network and gateway along with the last host', async () => {
    const host = await startNspawnHost({ name: 'last', workspace });
    const socket = connect(gatewayPort, host.address.replace(/\d+$/, '1'));
    await once(socket, 'connect');
    socket.destroy();
    expect(commonTraces()).not.toEqual([]);
    await stopNspawnHost(host);
    await expectNoneUnlessOthersRun();
  });

  it('does so, too, where another host was killed, which can be started again', async () => {
    const killed = await startNspawnHost({ name: 'killed', workspace });
    const host = await startNspawnHost({ name: 'last', workspace });
    await killCgroup(killed.id);
    await expect.poll(() => statusOf(killed)).toBe('stopped');
    await stopNspawnHost(host);
    await expectNoneUnlessOthersRun();
    expect(await startNspawnHost(killed)).toEqual(killed);
    await stopNspawnHost(killed);
    await expectNoneUnlessOthersRun();
  });
});
