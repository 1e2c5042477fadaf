import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { killCgroup } from '../system/cgroups.js';
import { gatewayPort } from '../gateway/endpoint.js';
import { listHosts, type SandboxHost } from './sandbox-host.js';
import { startHost } from './start-host.js';
import { stopHost } from './stop-host.js';

const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(async () => {
  for (const host of listHosts()) if (host.workspace === workspace) await stopHost(host);
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

const statusOf = ({ id }: SandboxHost): unknown =>
  listHosts().find((host) => host.id === id)?.status;

/** A host that somebody else has up on this machine keeps them. */
function expectNoneUnlessOthersRun(): void {
  const others = listHosts().some(({ status }) => status === 'running');
  if (others) expect(commonTraces()).not.toEqual([]);
  else expect(commonTraces()).toEqual([]);
}

// Alone: the network is one for all hosts of this machine, and another spec's host that just
// boots or goes keeps it.
describe('stopHost()', () => {
  it('takes network and gateway along with the last host', async () => {
    const host = await startHost({ name: 'last', workspace });
    const socket = connect(gatewayPort, host.address.replace(/\d+$/, '1'));
    await once(socket, 'connect');
    socket.destroy();
    expect(commonTraces()).not.toEqual([]);
    await stopHost(host);
    expectNoneUnlessOthersRun();
  });

  it('does so, too, where another host was killed, which can be started again', async () => {
    const killed = await startHost({ name: 'killed', workspace });
    const host = await startHost({ name: 'last', workspace });
    await killCgroup(killed.id);
    await expect.poll(() => statusOf(killed)).toBe('stopped');
    await stopHost(host);
    expectNoneUnlessOthersRun();
    expect(await startHost(killed)).toEqual(killed);
    await stopHost(killed);
    expectNoneUnlessOthersRun();
  });
});
