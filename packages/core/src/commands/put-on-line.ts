import type { DeployPlan } from '../application/deploy-plan.js';
import type { ReleaseStep } from '../application/release-step.js';
import { each, endHost, type OpenHost } from './on-hosts.js';
import { Rolling } from './rolling.js';
import { SharedSteps } from './shared-steps.js';
import type { Run } from './run.js';
import { Turns } from './turns.js';
import { reportUrls, runRelease, type DeployingPlugin } from './run-release.js';

/** A host and what deploys the release there. */
export interface Planned {
  readonly open: OpenHost;
  readonly plan: DeployPlan;
}

/**
 * Deploys a release to all hosts, or to none: where there are several, each of them waits
 * for the others ({@link Rolling}). Only the first one migrates. What goes wrong on one once all
 * are well takes nothing back.
 *
 * @param what is done, such as `deploy 3f2a1bc`
 * @returns whether all went well
 */
export async function putOnLine(
  run: Run,
  deploying: DeployingPlugin,
  what: string,
  planned: readonly Planned[],
): Promise<boolean> {
  const { plugin, deployer } = deploying;
  const names = planned.map(({ open }) => open.host.name);
  const batch = deployer.batch(run.environment.sections[plugin.section], names.length);
  const rolling = names.length > 1 ? new Rolling(names, batch) : undefined;
  const shared = new SharedSteps(
    new Map(planned.map(({ open, plan }) => [open.host.name, stepsOn(names, open, plan)])),
  );
  const failed = (name: string): void => {
    rolling?.failed(name);
    shared.failed(name);
  };
  // Two deployments, each with a lock that the other waits for, would wait for ever.
  const turns = new Turns(run.options.wait ? names : []);
  const planOf = new Map(planned.map(({ open, plan }) => [open, plan]));
  const ends = await each(run, [...planOf.keys()], async (open) => {
    const plan = planOf.get(open);
    if (!plan) throw new TypeError(`Cannot find the plan of ${open.host.name}`);
    const { name } = open.host;
    const migrates = plan.steps.some(({ phase }) => phase === 'migrate');
    try {
      await turns.of(name);
      const end = await runRelease(run, open, deploying, {
        what,
        plan: { ...plan, steps: shared.steps(name) },
        ...(rolling && { steps: rolling.steps(name, migrates) }),
        locked: () => {
          turns.begun(name);
        },
      });
      if (end.outcome === 'failed') failed(name);
      endHost(run, open, end);
      if (end.outcome !== 'failed') reportUrls(run, open);
      return end;
    } catch (error) {
      failed(name);
      throw error;
    } finally {
      turns.begun(name);
    }
  });
  return ends.length === planned.length && ends.every(({ value }) => value.outcome !== 'failed');
}

/** Only the first host migrates. */
function stepsOn(
  [first]: readonly string[],
  { host }: OpenHost,
  { steps }: DeployPlan,
): readonly ReleaseStep[] {
  return steps.filter(({ phase }) => phase !== 'migrate' || host.name === first);
}
