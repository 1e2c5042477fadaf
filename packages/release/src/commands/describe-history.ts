import { describeRuntime } from '../application/runtime.js';
import { DONE, outcomeOf, secondsOf } from '../host/describe-deployment.js';
import type { HistoryEntry } from '../host/history-entry.js';
import type { Migrated } from '../host/migrated.js';
import type { TaskEntry } from '../host/task-record.js';
import { firstOf } from '../some-of.js';
import { localTime } from '@fairness-deploy/core/commands';

/** How many migrations of a deployment are named. */
const SHOWN_NAMES = 10;

/** Past deployments and tasks in their order, some lines each; `running` is the live release. */
export function describeHistory(
  records: readonly HistoryEntry[],
  tasks: readonly TaskEntry[],
  running: string | undefined,
): string {
  const live = records.findLast(
    ({ release, outcome }) => release === running && outcome === 'good',
  );
  return [
    ...records.map((record) => ({
      started: record.started,
      text: describe(record, record === live),
    })),
    ...tasks.map((task) => ({ started: task.started, text: describeTask(task) })),
  ]
    .sort((one, other) => Date.parse(one.started) - Date.parse(other.started))
    .map(({ text }) => text)
    .join('\n');
}

/** A task, two lines. */
function describeTask(entry: TaskEntry): string {
  const { task, command, release, directory, terminal, outcome, status, who, from } = entry;
  const ended =
    status === undefined || status === 0 ? outcome : `${outcome}, status ${String(status)}`;
  const seconds = entry.seconds === undefined ? '' : `, ${entry.seconds.toFixed(1)} s`;
  const where = directory === undefined ? release : `${release}/${directory}`;
  return [
    `${localTime(entry.started)}  ${terminal ? 'console' : 'task'} ${task}: ${ended}${seconds}`,
    `  ${command}, in ${where}, by ${who} from ${from}`,
  ].join('\n');
}

function describe(record: HistoryEntry, live: boolean): string {
  const { release, action, process, commit, subject, author, who, from, started, phases } = record;
  const ended = live ? 'good, live' : outcomeOf(record);
  const seconds = secondsOf(record);
  const parts = Object.entries(phases)
    .filter(([, each]) => each >= 0.05)
    .map(([phase, each]) => `${phase} ${each.toFixed(1)}`);
  return [
    `${localTime(started)}  ${process === undefined ? action : `${action} ${process} of`} ${release}: ${ended}`,
    `  ${commit.slice(0, 10)} "${subject}" by ${author}, ${DONE[action]} by ${who} from ${from}${record.runtime ? `, on ${describeRuntime(record.runtime)}` : ''}`,
    ...(record.migrated ? [`  ${describeMigrated(record.migrated)}`] : []),
    ...(seconds > 0 ? [`  ${seconds.toFixed(1)} s: ${parts.join(', ')}`] : []),
  ].join('\n');
}

/** What a migration has applied: `migrated in 1.2 s: 0003_add_places, 0004_drop_names`. */
function describeMigrated({ seconds, names, count }: Migrated): string {
  const took = `migrated in ${seconds.toFixed(1)} s`;
  if (!names || count === undefined) return took;
  if (count === 0) return `${took}: nothing was new`;
  return `${took}: ${firstOf(names, SHOWN_NAMES, count)}`;
}
