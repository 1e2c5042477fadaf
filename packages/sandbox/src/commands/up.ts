import { buildBase } from '../base/build-base.js';
import { hostKey } from '../host/host-id.js';
import type { SandboxHost } from '../host/sandbox-host.js';
import { startHost } from '../host/start-host.js';
import { installPrerequisites } from '../prerequisites.js';
import type { Report } from '../report.js';
import type { Sandbox } from './read-sandbox.js';

/**
 * Brings up all hosts of a sandbox, side by side, and first what they need on this machine.
 * @throws HintedError when something that they need can't be had, or one doesn't boot.
 */
export async function up(sandbox: Sandbox, report: Report): Promise<readonly SandboxHost[]> {
  await installPrerequisites(report);
  await buildBase(report);
  const { memory } = sandbox;
  return await Promise.all(
    sandbox.hosts.map(async (name) => {
      const key = hostKey(sandbox.environment, name, sandbox.workspace);
      const host = await startHost({ ...key, ...(memory === undefined ? {} : { memory }), report });
      report(`${name} is up: root@${host.address}`);
      return host;
    }),
  );
}
