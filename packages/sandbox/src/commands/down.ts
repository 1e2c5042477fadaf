import { existsSync } from 'node:fs';
import { stepOnEach, type CommonOptions, type LocalRun } from '@fairness-deploy/core/commands';
import type { ListedHost } from '../driver/sandbox-host.js';
import { hostsOf, listHosts, stopHost } from '../drivers.js';
import { HintedError } from '@fairness-deploy/shell/text';

/**
 * Takes down the hosts of an environment's sandbox, side by side, and all hosts of workspaces that
 * no longer exist, as nobody else can. Running hosts are taken down whatever the files say now.
 * @throws EnvironmentError or HintedError when none is up, and the files know of no such sandbox.
 */
export async function down(run: LocalRun<CommonOptions>): Promise<number> {
  const { place, options, reporter } = run;
  const { limit = [] } = options;
  const all = await hostsOf(place.environment, place.workspace);
  if (all.size === 0) await run.load();
  const own = limit.length === 0 ? [...all] : limited(all, limit);
  const orphans =
    limit.length === 0 ? (await listHosts()).filter(({ workspace }) => !existsSync(workspace)) : [];
  const hosts = new Map([
    ...own,
    ...orphans.map((host) => [`${host.name} of ${host.workspace}`, host] as const),
  ]);
  run.started([...hosts.keys()]);
  if (all.size === 0) reporter.report({ type: 'notice', text: 'No host is up' });
  return stepOnEach(run, 'stop', [...hosts.keys()], async (name) => {
    const host = hosts.get(name);
    if (host) await stopHost(host);
    const why = host !== undefined && orphans.includes(host) ? ', as is its workspace' : '';
    return { outcome: 'changed', summary: `gone${why}` };
  });
}

function limited(
  all: ReadonlyMap<string, ListedHost>,
  names: readonly string[],
): readonly (readonly [string, ListedHost])[] {
  const unknown = names.filter((name) => !all.has(name));
  if (unknown.length > 0 && all.size > 0) {
    throw new HintedError(
      `Cannot limit to ${unknown.join(', ')}: the hosts that are up are ${[...all.keys()].join(', ')}`,
    );
  }
  return [...all].filter(([name]) => names.includes(name));
}
