import {
  workOnEach,
  reportHostEnd,
  type ChangeOptions,
  type OpenHost,
  type Run,
} from '@fairness-deploy/core/commands';
import { RollingDeployment } from '../order/rolling-deployment.js';
import { SharedSteps } from '../order/shared-steps.js';
import { Turns } from '../order/turns.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import type { ReleaseSection } from '../section/section.js';
import { releaseSection } from './release-context.js';
import { releaseToHost, reportUrls } from './release-to-host.js';

/** A host and what puts the release live there. */
export interface PlannedHost {
  readonly open: OpenHost;
  readonly plan: ReleasePlan;
}

/**
 * Puts a release live on all hosts, or on none: where there are several, each of them waits
 * for the others ({@link RollingDeployment}). Only the first one migrates. Once all are well, a failure on one
 * undoes nothing.
 *
 * @param what is done, such as `deploy 3f2a1bc`
 * @returns whether all went well
 */
export async function releaseToHosts(
  run: Run<ChangeOptions>,
  what: string,
  planned: readonly PlannedHost[],
): Promise<boolean> {
  const names = planned.map(({ open }) => open.host.name);
  const [first] = names;
  const rolling =
    names.length > 1
      ? new RollingDeployment(names, batchSize(releaseSection(run), names.length))
      : undefined;
  const planOf = new Map(
    planned.map(({ open, plan }) => [open.host.name, onlyFirstMigrates(open, plan, first)]),
  );
  const shared = new SharedSteps(new Map([...planOf].map(([name, { steps }]) => [name, steps])));
  const failed = (name: string): void => {
    rolling?.failed(name);
    shared.failed(name);
  };
  // Two deployments, each with a lock that the other waits for, would wait for ever.
  const turns = new Turns(run.options.wait ? names : []);
  const hosts = planned.map(({ open }) => open);
  const ends = await workOnEach(run, hosts, async (open) => {
    const { name } = open.host;
    const plan = planOf.get(name);
    if (!plan) throw new TypeError(`Cannot find the plan of ${name}`);
    const migrates = plan.steps.some(({ phase }) => phase === 'migrate');
    const locked = (): void => {
      turns.begins(name);
    };
    try {
      await turns.waitForTurn(name);
      const end = await releaseToHost(run, open, {
        ...{ what, locked },
        plan: { ...plan, steps: shared.steps(name) },
        steps: rolling?.steps(name, migrates) ?? [],
      });
      if (end.outcome === 'failed') failed(name);
      reportHostEnd(run, open, end);
      if (end.outcome !== 'failed') reportUrls(run, open);
      return end;
    } catch (error) {
      failed(name);
      throw error;
    } finally {
      turns.begins(name);
    }
  });
  return ends.length === planned.length && ends.every(({ value }) => value.outcome !== 'failed');
}

function onlyFirstMigrates(
  { host }: OpenHost,
  plan: ReleasePlan,
  first: string | undefined,
): ReleasePlan {
  if (host.name === first) return plan;
  return { ...plan, steps: plan.steps.filter(({ phase }) => phase !== 'migrate') };
}

/** How many of several hosts go live at a time, at least 1. */
function batchSize({ batch }: Pick<ReleaseSection, 'batch'>, hosts: number): number {
  if (typeof batch === 'number') return batch;
  return Math.max(1, Math.floor((hosts * Number.parseInt(batch, 10)) / 100));
}
