import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../system/command.js';
import { sshArguments } from '../testing/ssh-arguments.js';
import { startNspawnHost } from '../nspawn/host/start-nspawn-host.js';
import { stopNspawnHost } from '../nspawn/host/stop-nspawn-host.js';
import { type NspawnHost } from '../nspawn/host/nspawn-host.js';
import { paths } from '../system/paths.js';
import { identify } from '../system/process-identity.js';
import { gateway } from './endpoint.js';

const workspace = mkdtempSync(join(tmpdir(), 'sandbox-'));
let host: NspawnHost;
beforeAll(async () => {
  host = await startNspawnHost({ name: 'orphan', workspace });
});
afterAll(async () => {
  await stopNspawnHost(host);
  rmSync(workspace, { recursive: true });
});

// Alone: the gateway is one for all hosts of this machine, and others would miss it.
it('a host gets its gateway back when that was killed', async () => {
  const record = join(paths.gateway, 'process.json');
  const { pid } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => identify(pid)).toBeUndefined();
  await startNspawnHost(host);
  const script = `curl -sS -o /dev/null -w '%{http_code}' ${gateway.npmRegistry}left-pad`;
  expect(await command('ssh', sshArguments(host, ['sh', '-s']), { input: script })).toBe('200');
});
