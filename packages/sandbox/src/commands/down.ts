import { existsSync } from 'node:fs';
import { stepOnEach, type CommonOptions, type LocalRun } from '@fairness-deploy/core/commands';
import { canonical } from '../host/host-id.js';
import { listHosts, type ListedHost } from '../host/sandbox-host.js';
import { stopHost } from '../host/stop-host.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** A host of an environment's sandbox, by its own name. */
export interface NamedHost {
  readonly name: string;
  readonly host: ListedHost;
}

/** The hosts of an environment's sandbox, whatever its file says now. */
export function hostsOf(environment: string, workspace: string): readonly NamedHost[] {
  const own = canonical(workspace);
  return listHosts()
    .filter((host) => host.workspace === own && host.name.endsWith(`.${environment}`))
    .map((host) => ({ name: host.name.slice(0, -environment.length - 1), host }));
}

/**
 * Takes down the hosts of an environment's sandbox, side by side, and all hosts of workspaces that
 * no longer exist, as nobody else can. Running hosts are taken down whatever the files say now.
 * @throws EnvironmentError or HintedError when none is up, and the files know of no such sandbox.
 */
export async function down(run: LocalRun<CommonOptions>): Promise<number> {
  const { place, options, reporter } = run;
  const { limit = [] } = options;
  const all = hostsOf(place.environment, place.workspace);
  if (all.length === 0) await run.load();
  const own = limit.length === 0 ? all : limited(all, limit);
  const orphans =
    limit.length === 0 ? listHosts().filter(({ workspace }) => !existsSync(workspace)) : [];
  const hosts = new Map([
    ...own.map(({ name, host }) => [name, host] as const),
    ...orphans.map((host) => [`${host.name} of ${host.workspace}`, host] as const),
  ]);
  run.started([...hosts.keys()]);
  if (all.length === 0) reporter.report({ type: 'notice', text: 'No host is up' });
  return stepOnEach(run, 'stop', [...hosts.keys()], async (name) => {
    const host = hosts.get(name);
    if (host) await stopHost(host);
    const why = host !== undefined && orphans.includes(host) ? ', as is its workspace' : '';
    return { outcome: 'changed', summary: `gone${why}` };
  });
}

function limited(all: readonly NamedHost[], names: readonly string[]): readonly NamedHost[] {
  const known = all.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0 || all.length === 0) {
    return all.filter(({ name }) => names.includes(name));
  }
  throw new HintedError(
    `Cannot limit to ${unknown.join(', ')}: the hosts that are up are ${known.join(', ')}`,
  );
}
