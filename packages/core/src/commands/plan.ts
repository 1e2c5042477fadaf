import { resolve } from 'node:path';
import { reportHostEnd, onHosts, type OpenHost } from '../runner/on-hosts.js';
import type { LocalCommand, LocalRun } from '../runner/run-command.js';
import { type CommandOptions, type ExitCode, type Run } from '../runner/run.js';
import { wantedOf } from '../runner/plugins-on-host.js';
import { planHosts, reportChanges } from './plan-hosts.js';
import { readSavedPlan, savedHost, writeSavedPlan } from './saved-plan.js';

/** Shows what `provision` would change, and changes nothing. */
export const PLAN_COMMAND: LocalCommand<CommandOptions> = {
  name: 'plan',
  load: () =>
    Promise.resolve(async (local) => {
      if (local.options.show !== undefined) return showPlan(local, local.options.show);
      const run = await local.load();
      local.started(run.hosts.map((host) => host.name));
      return plan(run);
    }),
};

/** Plans, and saves the plan where the options say so. One round trip a host; two with removals. */
export async function plan(run: Run<CommandOptions>): Promise<ExitCode> {
  const { options, environment, reporter, mask } = run;
  const wanted = wantedOf(run, options);
  const plans = await onHosts(run, 'stop', (hosts) => planHosts(run, hosts, wanted));
  if (!plans) return 1;
  const saved =
    options.out === undefined
      ? []
      : plans.map(({ open, value }) => savedHost(open.host.name, value));
  for (const { open, value } of plans) {
    reportEnd(run, open, value.changes.length, value.resources.length);
  }
  if (options.out !== undefined) {
    const path = resolve(environment.workspace, options.out);
    writeSavedPlan(
      path,
      mask({ environment: environment.name, made: new Date().toISOString(), hosts: saved }),
    );
    reporter.report({
      type: 'notice',
      text: `The plan is in ${path}. Apply it: npx nx run ${environment.name}:provision --plan=${options.out}`,
    });
  }
  return exitCode(
    options,
    plans.some(({ value }) => value.changes.length > 0),
  );
}

function reportEnd(run: Run, open: OpenHost, pending: number, all: number): void {
  reportHostEnd(run, open, {
    outcome: pending === 0 ? 'unchanged' : 'pending',
    summary:
      pending === 0
        ? `nothing to change, ${String(all)} resources are as described`
        : `${String(pending)} to change, ${String(all - pending)} unchanged`,
  });
}

/** Shows a plan that was saved, without contacting a host. */
function showPlan(
  { options, place, reporter, started }: LocalRun<CommandOptions>,
  file: string,
): ExitCode {
  const { environment, workspace } = place;
  const { hosts, made } = readSavedPlan(resolve(workspace, file), environment);
  started(hosts.map(({ name }) => name));
  reporter.report({ type: 'notice', text: `Planned at ${made}` });
  for (const { name: host, changes, unchanged, notes } of hosts) {
    reportChanges(reporter, { host, changes, unchanged, notes });
    reporter.report({
      ...{ type: 'host-ended', host, milliseconds: 0 },
      outcome: changes.length === 0 ? 'unchanged' : 'pending',
      summary: `${String(changes.length)} to change, ${String(unchanged)} unchanged`,
    });
  }
  return exitCode(
    options,
    hosts.some(({ changes }) => changes.length > 0),
  );
}

function exitCode({ detailedExitCode }: CommandOptions, pending: boolean): ExitCode {
  return pending && detailedExitCode ? 2 : 0;
}
