import { resolve } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { planHost, type Plan } from '../engine/plan.js';
import type { Host } from '../inventory/environment.js';
import { describeJob } from '../engine/describe-job.js';
import { applyPlan, type ProvisionResult } from '../engine/apply-plan.js';
import { JobLostError } from '../engine/run-job.js';
import { approve } from '../runner/approve.js';
import { JOB_CUT_SHORT, jobObserver } from '../runner/job-observer.js';
import {
  workOnEach,
  reportHostEnd,
  onHosts,
  type HostEnd,
  type OpenHost,
  type PerHost,
} from '../runner/on-hosts.js';
import { planHosts } from './plan-hosts.js';
import { readSavedPlan, whyStale, type SavedPlan } from './saved-plan.js';
import { followAgain, trialFailure, trialHint } from './trial-end.js';
import { waitForLock } from '../runner/wait-for-lock.js';
import { type ChangeOptions, type CommandOptions, type ExitCode, type Run } from '../runner/run.js';
import { wantedOf } from '../runner/wanted.js';

/**
 * Changes the hosts as the environment describes them: plans, shows, asks, applies, and reads
 * everything again. One round trip a host when nothing changes, else two.
 */
export async function provision(run: Run<CommandOptions>): Promise<ExitCode> {
  const saved = savedPlanOf(run);
  const limited = saved ? { ...run, hosts: hostsOf(run, saved) } : run;
  const wanted = wantedOf(limited, saved?.drop ?? run.options);
  const succeeded = await onHosts(limited, 'stop', async (hosts) => {
    await workOnEach(run, hosts, (open) => waitForLock(run, open));
    const plans = await planHosts(run, 'provision', hosts, ({ host, connection }) =>
      planHost(connection, wanted.get(host.name) ?? []),
    );
    if (!plans) return false;
    if (saved) refuseStale(run, saved, plans);
    const count = plans.reduce((sum, { value }) => sum + value.changes.length, 0);
    if (count > 0 && !saved && !(await approved(run, count))) {
      run.reporter.report({ type: 'notice', text: 'Nothing was changed.' });
      return false;
    }
    const planOf = new Map(plans.map(({ open, value }) => [open, value]));
    const ends = await workOnEach(run, hosts, async (open) => {
      const end = await applyOn(run, open, planOf.get(open), 'provision');
      reportHostEnd(run, open, end);
      return end;
    });
    return ends.length === hosts.length && ends.every(({ value }) => value.outcome !== 'failed');
  });
  return succeeded ? 0 : 1;
}

/** The saved plan that is to be applied, if the options name one. */
function savedPlanOf({ options, environment }: Run<CommandOptions>): SavedPlan | undefined {
  const { plan: file, dropData, dropDatabase } = options;
  if (file === undefined) return undefined;
  if (dropData || dropDatabase) {
    throw new Error(
      `Cannot apply the plan in ${file} with --drop-…: the plan says itself what it removes`,
    );
  }
  return readSavedPlan(resolve(environment.workspace, file), environment.name);
}

/**
 * The hosts of a saved plan.
 *
 * @throws HintedError when it is for others than the command is limited to, or for one that is gone.
 */
function hostsOf(
  { options, environment, hosts }: Run<CommandOptions>,
  plan: SavedPlan,
): readonly Host[] {
  const planned = plan.hosts.map(({ name }) => name).sort();
  const chosen = hosts.filter(({ name }) => planned.includes(name));
  const isLimited = options.limit !== undefined && hosts.length !== chosen.length;
  if (chosen.length === planned.length && !isLimited) return chosen;
  throw new HintedError(
    `Cannot apply the plan in ${options.plan ?? ''}: it is for ${planned.join(', ')}, and ${environment.name} has ${hosts.map(({ name }) => name).join(', ')}`,
    { hint: `plan again: npx nx run ${environment.name}:plan --out=${options.plan ?? ''}` },
  );
}

/** @throws HintedError when a host, its configuration or a secret has changed since the plan was saved. */
function refuseStale(
  { environment, options }: Run<CommandOptions>,
  { hosts }: SavedPlan,
  plans: PerHost<Plan>,
): void {
  for (const { open, value } of plans) {
    const saved = hosts.find(({ name }) => name === open.host.name);
    const why = saved && whyStale(saved, value);
    if (why === undefined) continue;
    throw new HintedError(
      `Cannot apply the plan in ${options.plan ?? ''} to ${open.host.name}: ${why}. Nothing was changed`,
      { hint: `plan again: npx nx run ${environment.name}:plan --out=${options.plan ?? ''}` },
    );
  }
}

async function approved(run: Run<CommandOptions>, count: number): Promise<boolean> {
  if (run.options.yes) return true;
  const { name } = run.environment;
  const changes = count === 1 ? '1 change' : `${String(count)} changes`;
  const wait = count === 1 ? 'waits' : 'wait';
  return approve(`Apply ${changes} to ${name}`, {
    message: `Cannot provision ${name}: ${changes} ${wait} for approval, and there is no terminal to ask on`,
    hint: `if the plan above is right: npx nx run ${name}:provision --yes`,
  });
}

/**
 * Applies a plan on a host, and reports its failures.
 *
 * @param what for the lock and the log: `provision`
 */
export async function applyOn(
  run: Run<ChangeOptions>,
  open: OpenHost,
  plan: Plan | undefined,
  what: string,
): Promise<HostEnd> {
  const { host, connection, another } = open;
  if (!plan || plan.changes.length === 0) {
    return {
      outcome: 'unchanged',
      summary: `nothing to change, ${String(plan?.resources.length ?? 0)} resources are as described`,
    };
  }
  const job = { ...describeJob(what), wait: run.options.wait ?? false };
  let result: ProvisionResult;
  try {
    result = await run.jobs.during(
      {
        ...{ id: job.id, host: host.name, another, onDetach: 'continues' },
        onCancel: 'end it; what is done stays',
      },
      () => applyPlan(connection, plan, job, jobObserver(run, host.name), another),
    );
  } catch (error) {
    const isTried = plan.changes.some(({ change }) => change.onTrial);
    if (!(error instanceof JobLostError) || !isTried) throw error;
    return await followAgain(run, open, error);
  }
  reportProblems(run, host.name, result);
  return summarise(plan, result);
}

function reportProblems(run: Run, host: string, result: ProvisionResult): void {
  for (const change of result.changes) {
    if (change.status === 'failed') {
      run.reporter.report({
        type: 'failure',
        host,
        ...(trialFailure(change) ?? {
          message: `Cannot apply ${change.address}: its script failed`,
          details: change.output,
        }),
      });
    } else if (change.status === 'drifted') {
      run.reporter.report({
        type: 'failure',
        host,
        message:
          change.hinderedBy.length > 0
            ? `Cannot finish ${change.address}: it waits for ${change.hinderedBy.join(', ')}`
            : `Cannot apply ${change.address}: its script succeeded, but the resource still differs when read again`,
        details: change.output,
      });
      run.reporter.report({ type: 'plan', host, unchanged: 0, changes: [change] });
    }
  }
  for (const address of result.spoiled) {
    run.reporter.report({
      type: 'failure',
      host,
      message: `${address} was right before this run and differs now`,
      hint: 'run plan again',
    });
  }
  if (!result.finished) {
    run.reporter.report({
      type: 'failure',
      host,
      message: JOB_CUT_SHORT.summary,
      hint: trialHint(result) ?? JOB_CUT_SHORT.hint,
    });
  }
}

function summarise(plan: Plan, result: ProvisionResult): HostEnd {
  const count = (status: string): number =>
    result.changes.filter((change) => change.status === status).length;
  const [changed, failed, drifted, notRun] = [
    count('changed'),
    count('failed'),
    count('drifted'),
    count('not-run'),
  ];
  const bad = failed + drifted + notRun + result.spoiled.length > 0 || !result.finished;
  const parts = [
    `${String(changed)} changed`,
    ...(failed > 0 ? [`${String(failed)} failed`] : []),
    ...(drifted > 0 ? [`${String(drifted)} still different`] : []),
    ...(notRun > 0 ? [`${String(notRun)} not run`] : []),
    `${String(plan.resources.length - plan.changes.length - result.spoiled.length)} unchanged`,
  ];
  return { outcome: bad ? 'failed' : 'changed', summary: parts.join(', ') };
}
