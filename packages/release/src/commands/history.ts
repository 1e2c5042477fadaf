import { applicationOf } from '@fairness-deploy/core';
import { onEachHost, type ExitCode, type OpenHost, type Run } from '@fairness-deploy/core/commands';
import { readHost, requireOutput } from '@fairness-deploy/core/engine';
import { layoutOf } from '../application/layout.js';
import { runningRelease, type HostState } from '../host/state.js';
import { parseTasks, printTasks, type TaskEntry } from '../host/task-record.js';
import { releasesReader } from '../plan/releases-reader.js';
import { describeHistory } from './describe-history.js';

/** How many deployments are shown, and how many tasks. */
const SHOWN = 20;

/**
 * Shows the last deployments and tasks of each host: who, when, from where, what, how it ended. One
 * round trip a host.
 */
export function history(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const { host } = open;
    const { state, tasks } = await read(run, open);
    const recent = state.history.slice(-SHOWN);
    // Short secrets could be guessed from the digests.
    const hidden = { configuration: undefined, build: undefined };
    const records = recent.map((record) => ({ ...record, ...hidden }));
    const running = runningRelease(state)?.release;
    run.reporter.report({
      ...{ type: 'plugin', host: host.name },
      data: {
        ...{ type: 'history', host: host.name, records, tasks },
        ...(running !== undefined && { running }),
      },
      text: describeHistory(recent, tasks, running),
    });
    const all = state.history.length;
    return {
      outcome: 'unchanged',
      summary:
        all === 0
          ? 'nothing was deployed yet'
          : `${String(records.length)} of ${String(all)} deployments, the newest last`,
    };
  });
}

async function read(
  { environment }: Run,
  { connection }: OpenHost,
): Promise<{ readonly state: HostState; readonly tasks: readonly TaskEntry[] }> {
  const application = applicationOf(environment);
  const { script, parse } = releasesReader(environment);
  const { outputs } = await readHost(connection, {
    reads: [script, printTasks(layoutOf(application), application.name)],
  });
  const { name } = connection.target;
  return {
    state: parse(requireOutput(outputs[0], `the releases of ${name}`)).state,
    tasks: parseTasks(requireOutput(outputs[1], `the tasks of ${name}`)).slice(-SHOWN),
  };
}
