import type { Plan } from '../engine/plan.js';
import { planHost } from '../engine/plan.js';
import { workOnEach, type OpenHost, type PerHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import type { ReportedChange, Reporter } from '../report/event.js';
import { reportedChanges, unchangedIn } from './saved-plan.js';
import type { Wanted } from '../runner/plugins-on-host.js';

/**
 * Reads all hosts side by side and reports the changes for each.
 *
 * @returns undefined when the state of a host can't be read, which has been reported.
 */
export async function planHosts(
  run: Run,
  hosts: readonly OpenHost[],
  wanted: Wanted,
): Promise<PerHost<Plan> | undefined> {
  const planned = await workOnEach(run, hosts, async ({ host, connection }) => {
    const plan = await planHost(connection, wanted.get(host.name) ?? []);
    reportPlan(run, host.name, plan);
    if (plan.unreadable.length > 0 || plan.refusal !== undefined) {
      throw new Error(`Cannot plan ${host.name}: the problems are listed above`);
    }
    return plan;
  });
  return planned.length === hosts.length ? planned : undefined;
}

/** What a plan changes on a host. */
export interface HostChanges {
  readonly host: string;
  readonly changes: readonly ReportedChange[];
  readonly unchanged: number;
  readonly notes: readonly string[];
}

export function reportChanges(reporter: Reporter, { notes, ...plan }: HostChanges): void {
  reporter.report({ type: 'plan', ...plan });
  for (const text of notes) reporter.report({ type: 'notice', host: plan.host, text });
}

/** Reports a plan's changes, and then why it is refused. */
export function reportPlan(run: Run, host: string, plan: Plan): void {
  reportChanges(run.reporter, {
    ...{ host, changes: reportedChanges(plan), unchanged: unchangedIn(plan), notes: plan.notes },
  });
  for (const { resource, reason, hint } of plan.unreadable) {
    run.reporter.report({
      type: 'failure',
      host,
      message: `Cannot plan ${resource.address}`,
      details: reason,
      ...(hint !== undefined && { hint }),
    });
  }
  if (plan.refusal !== undefined) {
    const { message: details, hint } = plan.refusal;
    run.reporter.report({
      type: 'failure',
      host,
      message: 'Cannot apply these changes',
      details,
      ...(hint !== undefined && { hint }),
    });
  }
}
