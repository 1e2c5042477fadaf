import { existsSync } from 'node:fs';
import { canonical } from '../host/host-id.js';
import { listHosts, type ListedHost } from '../host/sandbox-host.js';
import { stopHost } from '../host/stop-host.js';
import type { Report } from '../report.js';
import { readSandbox } from './read-sandbox.js';

/** The hosts of an environment's sandbox, whatever its file says now. */
export function hostsOf(environment: string, workspace: string): readonly ListedHost[] {
  const own = canonical(workspace);
  return listHosts().filter(
    (host) => host.workspace === own && host.name.endsWith(`.${environment}`),
  );
}

/**
 * Takes down all hosts of an environment's sandbox, side by side, and with them those of workspaces
 * that aren't there any more: nobody else can. Hosts that are up go, whatever the files say now.
 * @throws EnvironmentError or HintedError when none is up, and the files know of no such sandbox.
 */
export async function down(environment: string, workspace: string, report: Report): Promise<void> {
  const own = hostsOf(environment, workspace);
  if (own.length === 0) {
    await readSandbox(environment, workspace);
    report('No host is up');
  }
  const orphans = listHosts().filter((host) => !existsSync(host.workspace));
  const hosts = [...own, ...orphans];
  await Promise.all(
    hosts.map(async (host) => {
      await stopHost(host);
      report(`${host.name} is gone${orphans.includes(host) ? `, as is ${host.workspace}` : ''}`);
    }),
  );
}
