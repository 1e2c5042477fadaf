import { resolve } from 'node:path';
import { planHost } from '../engine/plan.js';
import { reportHostEnd, onHosts } from '../runner/on-hosts.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';
import { type CommandOptions, type ExitCode, type Run } from '../runner/run.js';
import { wantedOf } from '../runner/wanted.js';
import { endOfPlan, hostChanges, planHosts, reportChanges } from './plan-hosts.js';
import { readSavedPlan, savedHost, writeSavedPlan } from './saved-plan.js';

/** Shows what `provision` would change, and changes nothing. */
export const PLAN_COMMAND: LocalCommand<CommandOptions> = {
  name: 'plan',
  load: () =>
    Promise.resolve(async (local) => {
      if (local.options.show !== undefined) return showPlan(local);
      const run = await local.load();
      local.started(run.hosts.map((host) => host.name));
      return plan(run);
    }),
};

/** Plans, and saves the plan where the options say so. One round trip a host; two with removals. */
export async function plan(run: Run<CommandOptions>): Promise<ExitCode> {
  const wanted = wantedOf(run, run.options);
  const plans = await onHosts(run, 'stop', (hosts) =>
    planHosts(run, 'plan', hosts, ({ host, connection }) =>
      planHost(connection, wanted.get(host.name) ?? []),
    ),
  );
  if (!plans) return 1;
  const { out, dropData, dropDatabase } = run.options;
  // A plan that can't be saved must not look like one that was.
  const hosts =
    out === undefined ? [] : plans.map(({ open, value }) => savedHost(open.host.name, value));
  for (const { open, value } of plans) {
    reportHostEnd(run, open, endOfPlan(hostChanges(open.host.name, value)));
  }
  if (out !== undefined) {
    const { name, workspace } = run.environment;
    const made = new Date().toISOString();
    const drop = { dropData: dropData ?? false, dropDatabase: dropDatabase ?? false };
    writeSavedPlan(resolve(workspace, out), run.mask({ environment: name, made, drop, hosts }));
    run.reporter.report({
      type: 'notice',
      text: `The plan is in ${out}. Apply it: npx nx run ${name}:provision --plan=${out}`,
    });
  }
  return exitCode(
    run.options,
    plans.some(({ value }) => value.changes.length > 0),
  );
}

/** Shows a plan that was saved, without contacting a host. */
function showPlan({ options, place, reporter, started }: LocalRun<CommandOptions>): ExitCode {
  const { show: file = '', out, limit, dropData, dropDatabase } = options;
  if (out !== undefined || limit !== undefined || dropData || dropDatabase) {
    throw new Error(
      `Cannot show the plan in ${file}: it is shown as it is, without --out, --limit and --drop-…`,
    );
  }
  const { hosts, made } = readSavedPlan(resolve(place.workspace, file), place.environment);
  started(hosts.map(({ name }) => name));
  reporter.report({ type: 'notice', text: `Planned at ${made}` });
  for (const { name: host, changes, unchanged, notes } of hosts) {
    const shown = { host, changes, unchanged, notes };
    reportChanges(reporter, shown);
    reporter.report({ type: 'host-ended', host, milliseconds: 0, ...endOfPlan(shown) });
  }
  return exitCode(
    options,
    hosts.some(({ changes }) => changes.length > 0),
  );
}

function exitCode({ detailedExitCode }: CommandOptions, pending: boolean): ExitCode {
  return pending && detailedExitCode ? 2 : 0;
}
