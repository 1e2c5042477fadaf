import {
  onHosts,
  waitForLock,
  workOnEach,
  type ChangeOptions,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { livePrograms } from '../host/state.js';
import { nothingToRestart, planRestart, type Restart } from '../plan/plan-restart.js';
import { notifyPlugins, type Subject } from './notify-plugins.js';
import { readReleases } from './read-releases.js';
import { releaseContext } from './release-context.js';
import { releaseToHosts, type PlannedHost } from './release-to-hosts.js';

/** Options of `restart`. */
export interface RestartOptions extends ChangeOptions {
  /** The process; default: all. */
  readonly process?: string;
}

const AS_IT_WAS =
  'as it was deployed. Variables and secrets that have changed since are for a deployment: deploy';

/**
 * Restarts the live release as it was made: in the other colour, with the checks and the switch of a
 * deployment, so that no request fails. A process without a port alone restarts where it runs. Two round
 * trips a host.
 */
export function restart(run: Run<RestartOptions>): Promise<ExitCode> {
  return notifyPlugins(run, 'restart', restartLive);
}

async function restartLive(
  run: Run<RestartOptions>,
  about: (subject: Subject) => void,
): Promise<ExitCode> {
  const { process } = run.options;
  const succeeded = await onHosts(run, 'stop', async (hosts) => {
    const names = new Set<string>();
    const planned = await workOnEach(run, hosts, async (open) => {
      await waitForLock(run, open);
      const { state } = await readReleases(run, open, 'restart');
      for (const one of livePrograms(state)) names.add(one.process);
      return planRestart(releaseContext(run, open.host), state, {
        ...{ process, hosts: run.hosts.map(({ name }) => name) },
      });
    });
    if (planned.length < hosts.length) return false;
    const restarting = planned.flatMap(({ open, value }) => (value ? [{ open, value }] : []));
    const [first] = restarting;
    if (!first) throw nothingToRestart(process, [...names]);
    for (const { open, value } of restarting) {
      const text = describe(value, process);
      run.reporter.report({ type: 'notice', host: open.host.name, text });
    }
    about(first.value.release);
    return restartOn(
      run,
      process,
      restarting.map(({ open, value }) => ({ open, plan: value.plan })),
    );
  });
  return succeeded ? 0 : 1;
}

/** Hosts whose processes have traffic restart together; workers on one host after the other. */
async function restartOn(
  run: Run<RestartOptions>,
  process: string | undefined,
  planned: readonly PlannedHost[],
): Promise<boolean> {
  const whole = planned.filter(({ plan }) => !plan.workers);
  if (whole.length > 0 && !(await releaseToHosts(run, 'restart', whole))) return false;
  for (const one of planned.filter(({ plan }) => plan.workers)) {
    if (!(await releaseToHosts(run, `restart ${process ?? ''}`, [one]))) return false;
  }
  return true;
}

/** What restarts, and how. */
function describe({ release, plan }: Restart, process: string | undefined): string {
  const { workers, previous } = plan;
  if (workers) {
    const names = workers.map(({ name }) => name).join(', ');
    return `Restarting ${names} of ${release.release} where it runs, ${AS_IT_WAS}`;
  }
  const names = previous.map(({ name }) => name).join(', ');
  const all = `Restarting ${release.release} in the other colour: ${names}, ${AS_IT_WAS}`;
  return process === undefined
    ? all
    : `${process} has a port: so that no request fails, all processes restart with it\n${all}`;
}
