/** The steps of a rehearsal on its disposable hosts: the commands of prod, one after the other. */
import { askPlugin } from '@fairness-deploy/core';
import {
  contextOf,
  onHosts,
  plan,
  pluginsOn,
  provision,
  reportFailure,
  reportHostEnd,
  status,
  workOnEach,
  type Run,
} from '@fairness-deploy/core/commands';
import { DEPLOY, type RecordedRelease } from '@fairness-deploy/release';
import type { RehearseOptions } from './options.js';

type StageRun = Run<RehearseOptions>;

interface RehearsalStep {
  readonly name: string;
  /** @returns whether it succeeded; false: what failed was reported. */
  readonly run: (run: StageRun) => Promise<boolean>;
}

/** The options of `provision`. Those of the rehearsal are not passed on. */
const WITHOUT_QUESTION = { yes: true } as const;

/**
 * Runs the steps, up to the first one that fails. Reports what a step throws, as its command does.
 *
 * @param from the release that is live on the real hosts, to deploy first
 */
export async function rehearseOn(
  run: StageRun,
  {
    from,
    dump,
  }: { readonly from?: RecordedRelease | undefined; readonly dump?: string | undefined },
): Promise<boolean> {
  const isReleased = 'release' in run.environment.sections;
  const steps: readonly RehearsalStep[] = [
    {
      name: 'provision',
      run: async (of) =>
        (await provision({ ...withoutFirstPlan(of), options: WITHOUT_QUESTION })) === 0,
    },
    { name: 'plan', run: changesNothing },
    ...(dump === undefined ? [] : [restoring(dump)]),
    ...(from && isReleased ? [deploying(from.commit)] : []),
    ...(isReleased ? [deploying()] : []),
    { name: 'status', run: async (of) => (await status({ ...of, options: {} })) === 0 },
  ];
  for (const step of steps) {
    const { name: environment, hosts } = run.environment;
    run.reporter.report({
      ...{ type: 'started', command: step.name, environment },
      hosts: hosts.map(({ name }) => name),
    });
    if (!(await succeeds(step, run))) return false;
  }
  return true;
}

async function succeeds({ run: work }: RehearsalStep, run: StageRun): Promise<boolean> {
  try {
    return await work(run);
  } catch (error) {
    reportFailure(run, error);
    return false;
  }
}

/** A new host needs everything: for people, the plan of all of it hides what matters. */
function withoutFirstPlan(run: StageRun): StageRun {
  if (run.options.json) return run;
  let hasBegun = false;
  return {
    ...run,
    reporter: {
      report: (event) => {
        hasBegun ||= event.type === 'step-started';
        if (hasBegun || event.type !== 'plan') run.reporter.report(event);
      },
    },
  };
}

/** Checks that a second provision would change nothing. */
async function changesNothing(run: StageRun): Promise<boolean> {
  const code = await plan({ ...run, options: { detailedExitCode: true } });
  if (code === 2) {
    run.reporter.report({
      type: 'failure',
      message: `Cannot leave ${run.environment.name} as it is: a second provision would change the resources above`,
      hint: 'look at these resources: two of them may contradict each other, or a service may change a file',
    });
  }
  return code === 0;
}

function deploying(revision?: string): RehearsalStep {
  return {
    name: revision === undefined ? 'deploy' : `deploy ${revision.slice(0, 10)}`,
    run: async (run) => {
      const deploy = await DEPLOY.load();
      return (await deploy({ ...run, options: revision === undefined ? {} : { revision } })) === 0;
    },
  };
}

function restoring(file: string): RehearsalStep {
  return {
    name: 'restore the dump',
    run: async (run) => {
      const ends = await onHosts(run, 'stop', (hosts) =>
        workOnEach(run, hosts, async (open) => {
          const said: string[] = [];
          for (const plugin of pluginsOn(run, open.host)) {
            const { section, rehearsal } = plugin;
            const context = { ...contextOf(run, plugin, open.host), connection: open.connection };
            const text = await askPlugin(section, 'the function "restore" of its rehearsal', () =>
              rehearsal?.restore?.(context, file),
            );
            if (text !== undefined) said.push(text);
          }
          const summary = said.length === 0 ? 'nothing to restore here' : said.join(', ');
          reportHostEnd(run, open, {
            ...{ outcome: said.length === 0 ? 'unchanged' : 'changed', summary },
          });
          return said.length;
        }),
      );
      if (ends?.length !== run.hosts.length) return false;
      if (ends.some(({ value }) => value > 0)) return true;
      run.reporter.report({
        type: 'failure',
        message: `Cannot restore ${file}: no section of ${run.environment.name} takes a dump`,
        hint: 'leave out --dump',
      });
      return false;
    },
  };
}
