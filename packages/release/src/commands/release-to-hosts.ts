import { HintedError } from '@fairness-deploy/shell/text';
import {
  workOnEach,
  reportHostEnd,
  type ChangeOptions,
  type OpenHost,
  type Run,
} from '@fairness-deploy/core/commands';
import type { Host } from '@fairness-deploy/core';
import type { StepOptions } from '../extension/release-extension.js';
import type { ReleaseStep } from '../order/release-step.js';
import { RollingDeployment } from '../order/rolling-deployment.js';
import { SharedSteps } from '../order/shared-steps.js';
import { Turns } from '../order/turns.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import type { ReleaseSection } from '../section/section.js';
import { releaseSection } from './release-context.js';
import { pluginSteps } from './plugin-steps.js';
import { releaseToHost, reportUrls } from './release-to-host.js';

/** A host and the plan that puts the release live there. */
export interface PlannedHost {
  readonly open: OpenHost;
  readonly plan: ReleasePlan;
}

/**
 * Puts a release live on all hosts, or on none: several hosts wait for each other ({@link
 * RollingDeployment}). Only the first one, or the first one that a plugin is for, has the steps of the phase `migrate`. Once all have passed their checks, a failure on one
 * undoes nothing.
 *
 * @param what the work, such as `deploy 3f2a1bc`
 * @returns whether all hosts succeeded
 */
export async function releaseToHosts(
  run: Run<ChangeOptions & StepOptions>,
  what: string,
  planned: readonly PlannedHost[],
): Promise<boolean> {
  const names = planned.map(({ open }) => open.host.name);
  const [first] = names;
  const hosts = planned.map(({ open }) => open);
  const planOf = new Map(planned.map(({ open, plan }) => [open.host.name, plan]));
  const stepsOf = new Map(
    planned.map(({ open: { host }, plan }) => {
      const own = plan.steps.filter(({ phase }) => phase !== 'migrate' || host.name === first);
      const all = hosts.map((open) => open.host);
      const added = pluginSteps(run, host, all, plan);
      refuseLeftovers(host, plan, added);
      return [host.name, [...own, ...added]];
    }),
  );
  const migrating = names.filter((name) =>
    stepsOf.get(name)?.some(({ phase }) => phase === 'migrate'),
  );
  const rolling =
    names.length > 1
      ? new RollingDeployment(names, batchSize(releaseSection(run), names.length), {
          migrating,
          handsOver: names.some((name) =>
            stepsOf.get(name)?.some(({ phase }) => phase === 'handover'),
          ),
        })
      : undefined;
  const shared = new SharedSteps(stepsOf);
  const failed = (name: string): void => {
    rolling?.failed(name);
    shared.failed(name);
  };
  // Two deployments, each with a lock that the other waits for, would wait for ever.
  const turns = new Turns(run.options.wait ? names : []);
  const ends = await workOnEach(run, hosts, async (open) => {
    const { name } = open.host;
    const plan = planOf.get(name);
    if (!plan) throw new TypeError(`Cannot find the plan of ${name}`);
    const locked = (): void => {
      turns.begins(name);
    };
    try {
      await turns.waitForTurn(name);
      const end = await releaseToHost(run, open, {
        ...{ what, locked, plan },
        steps: [...shared.steps(name), ...(rolling?.steps(name) ?? [])],
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

/** The programs of the live release would run on when no section is there any more to end them. */
function refuseLeftovers(
  host: Host,
  { previous, workers }: ReleasePlan,
  added: readonly ReleaseStep[],
): void {
  if (workers || previous.length === 0 || added.some(({ phase }) => phase === 'stop')) return;
  const names = previous.map(({ name }) => name).join(', ');
  throw new HintedError(
    `Cannot release to ${host.name}: the live release runs ${names}, and no section would end that`,
    { hint: 'keep the section that runs it until this is deployed, such as: supervisor: {}' },
  );
}

/** How many of several hosts go live at a time, at least 1. */
function batchSize({ batch }: Pick<ReleaseSection, 'batch'>, hosts: number): number {
  if (typeof batch === 'number') return batch;
  return Math.max(1, Math.floor((hosts * Number.parseInt(batch, 10)) / 100));
}
