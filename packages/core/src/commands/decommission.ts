import { planHost, type Plan } from '../engine/plan.js';
import { readHost } from '../engine/read-host.js';
import { confirmName } from '../runner/approve.js';
import { lossesOn, saveOn, stopsOn } from '../runner/decommission-extension.js';
import { runAsJob } from '../runner/host-command.js';
import {
  onHosts,
  reportHostEnd,
  workOnEach,
  type HostEnd,
  type OpenHost,
} from '../runner/on-hosts.js';
import { ownershipOf } from '../runner/ownership-of.js';
import { judge } from '../runner/judge-checks.js';
import { readsOf } from '../runner/plugin-checks.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';
import { waitForLock } from '../runner/wait-for-lock.js';
import { planHosts, refuseProblems, reportPlan } from './plan-hosts.js';
import { applyOn } from './provision.js';

/**
 * Removes an environment from its hosts: shows what people lose, asks for its name, stops it, saves its data,
 * and removes what it has on record. Interrupted, it can be run again.
 */
export async function decommission(run: Run<CommandOptions>): Promise<ExitCode> {
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    await workOnEach(run, hosts, (open) => waitForLock(run, open));
    const plans = await planHosts(run, 'decommission', hosts, (open) => planRemoval(run, open));
    if (!plans) return false;
    const concerned = plans.filter(({ value }) => value.changes.length > 0).map(({ open }) => open);
    if (concerned.length > 0) {
      await showLosses(run, concerned);
      if (!(await isConfirmed(run))) {
        run.reporter.report({ type: 'notice', text: 'Nothing was changed.' });
        return false;
      }
      // On all hosts: a process on one may write to a database on another.
      if (!(await stopAll(run, concerned)) || !(await saveAll(run, concerned))) return false;
    }
    const ends = await workOnEach(run, hosts, async (open) => {
      const end = concerned.includes(open)
        ? await removeFrom(run, open)
        : { outcome: 'unchanged' as const, summary: NOTHING };
      reportHostEnd(run, open, end);
      return end;
    });
    const done =
      ends.length === hosts.length && ends.every(({ value }) => value.outcome !== 'failed');
    // Its other hosts, if there are any, still have it.
    if (done && run.hosts.length === run.environment.hosts.length) {
      showRest(
        run,
        plans.flatMap(({ value }) => value.notes),
      );
    }
    return done;
  });
  return succeeded ? 0 : 1;
}

const NOTHING =
  'nothing of it is on record here; when an earlier version has provisioned this host, provision it once more first';

/** As if the environment declared nothing. */
function planRemoval(run: Run<CommandOptions>, { connection }: OpenHost): Promise<Plan> {
  return planHost(connection, [ownershipOf(run, [], run.options)]);
}

/** Removes what is on record now: stopping it may have changed what can be removed. */
async function removeFrom(run: Run<CommandOptions>, open: OpenHost): Promise<HostEnd> {
  const plan = await planRemoval(run, open);
  if (plan.unreadable.length > 0 || plan.refusal) reportPlan(run, open.host.name, plan);
  refuseProblems(open.host.name, plan);
  return applyOn(run, open, plan, 'decommission');
}

async function showLosses(run: Run<CommandOptions>, hosts: readonly OpenHost[]): Promise<void> {
  await workOnEach(run, hosts, async ({ host, connection }) => {
    const checks = lossesOn(run, host);
    const { timedOutputs } = await readHost(connection, { timed: readsOf(checks) });
    for (const finding of judge(checks, timedOutputs)) {
      run.reporter.report({ ...finding, type: 'check', host: host.name });
    }
  });
}

async function isConfirmed({ environment, options, hosts }: Run<CommandOptions>): Promise<boolean> {
  const { name } = environment;
  if (options.confirm !== undefined) {
    if (options.confirm === name) return true;
    throw new Error(`Cannot remove ${name}: --confirm says "${options.confirm}"`);
  }
  const where = hosts.map((host) => host.name).join(', ');
  return confirmName(`This removes ${name} from ${where}, as listed above.`, name, {
    message: `Cannot remove ${name}: it waits for its name, and there is no terminal to ask on`,
    hint: `if all of the above may go: npx nx run ${name}:decommission --confirm=${name}`,
  });
}

/** @returns whether everything was stopped on all hosts. */
async function stopAll(run: Run<CommandOptions>, hosts: readonly OpenHost[]): Promise<boolean> {
  const stopped = await workOnEach(run, hosts, async (open) => {
    const steps = stopsOn(run, open.host);
    if (steps.length === 0) return true;
    const end = await runAsJob(run, open, 'decommission', steps);
    if (end.outcome !== 'failed') return true;
    reportHostEnd(run, open, end);
    return false;
  });
  return stopped.length === hosts.length && stopped.every(({ value }) => value);
}

/** @returns whether the data of all hosts are saved. */
async function saveAll(run: Run<CommandOptions>, hosts: readonly OpenHost[]): Promise<boolean> {
  if (run.options.skipBackup) return true;
  const saved = await workOnEach(run, hosts, async (open) => {
    for (const text of await saveOn(run, open)) {
      run.reporter.report({ type: 'notice', host: open.host.name, text });
    }
  });
  if (saved.length === hosts.length) return true;
  run.reporter.report({
    type: 'failure',
    message: `${run.environment.name} is stopped, and nothing of it was removed, as its last backup failed`,
    hint: 'correct that and run this again, or run it with --skip-backup; provision starts it again',
  });
  return false;
}

/**
 * What is left, and how it goes.
 *
 * @param stays what stays on the hosts, for people
 */
function showRest({ environment, reporter }: Run<CommandOptions>, stays: readonly string[]): void {
  const { name, resources = {} } = environment;
  if (stays.length > 0) {
    const again = `npx nx run ${name}:decommission --drop-database --drop-data`;
    const text = [
      'Data of it is left on its hosts:',
      ...stays.map((line) => `  ${line}`),
      `All of it can go: ${again}`,
    ];
    reporter.report({ type: 'notice', text: text.join('\n') });
    return;
  }
  const rest = Object.entries(resources).map(([what, where]) => `  ${what}: ${where}`);
  const text = [
    ...(rest.length > 0
      ? ['These resources are left, and only you can remove them:', ...rest]
      : []),
    `Its files are left: npx nx g @fairness-deploy/core:decommission ${name} --removed-from-hosts`,
  ];
  reporter.report({ type: 'notice', text: text.join('\n') });
}
