import type { Plan } from '../engine/plan.js';
import type { ReportedChange, Reporter } from '../report/event.js';
import { workOnEach, type HostEnd, type OpenHost, type PerHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import { requireSupported } from '../system/host-system.js';

/**
 * Plans all hosts side by side and reports the changes for each. A host with an unsupported system is
 * named, and nothing else is said of it.
 *
 * @param act the command, for its message: `provision`
 * @param planOn plans a host
 * @returns undefined when a host can't be planned, which has been reported.
 */
export async function planHosts(
  run: Run,
  act: string,
  hosts: readonly OpenHost[],
  planOn: (open: OpenHost) => Promise<Plan>,
): Promise<PerHost<Plan> | undefined> {
  const planned = await workOnEach(run, hosts, async (open) => {
    const plan = await planOn(open);
    if (plan.system) requireSupported(act, open.host.name, plan.system);
    reportPlan(run, open.host.name, plan);
    refuseProblems(open.host.name, plan);
    return plan;
  });
  return planned.length === hosts.length ? planned : undefined;
}

/** @throws Error when a plan, whose problems have been reported, must not be applied. */
export function refuseProblems(host: string, { unreadable, refusal }: Plan): void {
  if (unreadable.length === 0 && refusal === undefined) return;
  throw new Error(`Cannot plan ${host}: the problems are listed above`);
}

/** What a plan changes on a host, for people and machines. */
export interface HostChanges {
  readonly host: string;
  readonly changes: readonly ReportedChange[];
  readonly unchanged: number;
  readonly notes: readonly string[];
}

export function hostChanges(
  host: string,
  { resources, changes, unreadable, notes }: Plan,
): HostChanges {
  return {
    ...{ host, notes },
    changes: changes.map(({ resource, change: { action, differences } }) => ({
      ...{ address: resource.address, action, differences },
    })),
    unchanged: resources.length - changes.length - unreadable.length,
  };
}

export function reportChanges(reporter: Reporter, { notes, ...plan }: HostChanges): void {
  reporter.report({ type: 'plan', ...plan });
  for (const text of notes) reporter.report({ type: 'notice', host: plan.host, text });
}

/** How a plan ends that is only shown. */
export function endOfPlan({ changes, unchanged }: HostChanges): HostEnd {
  const pending = changes.length;
  return pending === 0
    ? {
        outcome: 'unchanged',
        summary: `nothing to change, ${String(unchanged)} resources are as described`,
      }
    : {
        outcome: 'pending',
        summary: `${String(pending)} to change, ${String(unchanged)} unchanged`,
      };
}

/** Reports a plan's changes, and then why it is refused. */
export function reportPlan(run: Run, host: string, plan: Plan): void {
  reportChanges(run.reporter, hostChanges(host, plan));
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
