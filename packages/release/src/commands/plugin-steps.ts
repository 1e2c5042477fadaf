import { contextOf, pluginsOn, type ChangeOptions, type Run } from '@fairness-deploy/core/commands';
import { askPlugin, type Host } from '@fairness-deploy/core';
import { HintedError } from '@fairness-deploy/shell/text';
import type { Program } from '../application/program.js';
import type { Release } from '../application/release.js';
import { releaseExtensions, type StepOptions } from '../extension/release-extension.js';
import type { PluginStep, ReleaseStep } from '../order/release-step.js';
import type { ReleasePlan } from '../plan/release-plan.js';

/**
 * The steps that the other plugins add on a host. Those of the phase `migrate` run on the first host
 * alone that the plugin is for.
 *
 * @param hosts all that are deployed to
 */
export function pluginSteps(
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
