import { HintedError } from '@fairness-deploy/shell/text';
import {
  contextOf,
  pluginsOn,
  workOnEach,
  reportHostEnd,
  type ChangeOptions,
  type OpenHost,
  type Run,
} from '@fairness-deploy/core/commands';
import { askPlugin, type Host } from '@fairness-deploy/core';
import { releaseExtensions, type StepOptions } from '../extension/release-extension.js';
import type { PluginStep, ReleaseStep } from '../order/release-step.js';
import { RollingDeployment } from '../order/rolling-deployment.js';
import { SharedSteps } from '../order/shared-steps.js';
import { Turns } from '../order/turns.js';
import type { Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import type { ReleasePlan } from '../plan/release-plan.js';
import type { ReleaseSection } from '../section/section.js';
import { releaseSection } from './release-context.js';
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

/**
 * The steps that the other plugins add on a host. Those of the phase `migrate` run on the first host
 * alone that the plugin is for.
 *
 * @param hosts all that are deployed to
 */
function pluginSteps(
  run: Run<ChangeOptions & StepOptions>,
  host: Host,
  hosts: readonly Host[],
  { release, previous, workers }: ReleasePlan,
): readonly ReleaseStep[] {
  if (workers) return restartingSteps(run, host, release, workers);
  return releaseExtensions(pluginsOn(run, host)).flatMap(({ plugin, part }) => {
    const { section } = plugin;
    const steps = askPlugin(section, 'the function "steps" of its extension of releases', () =>
      part.steps?.(contextOf(run, plugin, host), release, previous, run.options),
    );
    const first = hosts.find((one) => pluginsOn(run, one).includes(plugin));
    return (steps ?? [])
      .filter(({ phase }) => phase !== 'migrate' || host.name === first?.name)
      .map((step) => ({
        ...step,
        ...whenAllAreReady(step),
        section,
      }));
  });
}

/**
 * The steps that restart workers where they run.
 *
 * @throws HintedError when no plugin runs processes.
 */
function restartingSteps(
  run: Run,
  host: Host,
  release: Release,
  workers: readonly Program[],
): readonly ReleaseStep[] {
  const steps = releaseExtensions(pluginsOn(run, host)).flatMap(({ plugin, part }) => {
    const { section } = plugin;
    const own = askPlugin(section, 'the function "restart" of its extension of releases', () =>
      part.restart?.(contextOf(run, plugin, host), release, workers),
    );
    return (own ?? []).map((step) => ({ ...step, section }));
  });
  if (steps.length > 0) return steps;
  const names = workers.map(({ name }) => name).join(', ');
  throw new HintedError(
    `Cannot restart ${names} on ${host.name}: no section runs processes there`,
    {
      hint: 'add one that does, such as: supervisor: {}',
    },
  );
}

/** The last host gets to `confirm` only when the hosts before it have passed it: a step for it comes then. */
function whenAllAreReady({ phase, onClientFor }: PluginStep): Pick<ReleaseStep, 'place'> {
  return phase === 'confirm' && onClientFor === 'last-host' ? { place: 'all-hosts-ready' } : {};
}

/** How many of several hosts go live at a time, at least 1. */
function batchSize({ batch }: Pick<ReleaseSection, 'batch'>, hosts: number): number {
  if (typeof batch === 'number') return batch;
  return Math.max(1, Math.floor((hosts * Number.parseInt(batch, 10)) / 100));
}
