import { z } from '@fairness-deploy/core';
import { printRunningTasks } from '@fairness-deploy/core/engine';
import { sh, type Script } from '@fairness-deploy/shell';
import { isReleaseId } from '../application/release-id.js';
import type { Layout } from '../application/layout.js';

/** A task, as it is known from its beginning. */
export interface TaskOrigin {
  /** The job's id. */
  readonly task: string;
  /** The release that it runs in. */
  readonly release: string;
  /** As it would be typed in a shell, with secrets masked. */
  readonly command: string;
  /** The folder within the release; undefined: the release itself. */
  readonly directory?: string;
  /** Whether it runs on somebody's terminal. */
  readonly terminal: boolean;
  /** The user who started it, such as `ana`, and the machine. */
  readonly who: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly started: string;
}

/** A task, and how it ended. */
export interface TaskEntry extends TaskOrigin {
  /** `interrupted`: the host lost power, or the job was killed: nothing recorded its end. */
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  /** The exit status of its command. */
  readonly status?: number;
  /** How long its command ran. */
  readonly seconds?: number;
  /** ISO 8601, UTC. */
  readonly finished?: string;
}

type Files = Pick<Layout, 'tasks' | 'tasksLock'>;

/** How many lines are read; a task has two. */
const READ_LINES = 200;

/** The file is cut when it is larger. */
const MOST_BYTES = 1024 * 1024;

/** How many lines remain then. */
const KEPT_LINES = 1000;

const text = z.string().max(10_000);

const originSchema = z.object({
  task: text,
  release: z.string().refine(isReleaseId),
  command: text,
  directory: text.exactOptional(),
  terminal: z.boolean(),
  who: text,
  from: text,
  started: z.iso.datetime(),
});

const endSchema = z.object({
  task: text,
  outcome: z.enum(['succeeded', 'failed', 'cancelled']),
  status: z.int().exactOptional(),
  seconds: z.number().exactOptional(),
  finished: z.iso.datetime(),
});

/**
 * Makes the lock of tasks for root alone, unless it is there: a user who can read a file can hold a
 * lock on it (flock(2)).
 */
export function makeTasksLock({ tasksLock }: Pick<Layout, 'tasksLock'>): Script {
  return sh`( umask 077 && : >>${tasksLock} )`;
}

/** Records the beginning of a task, by root. */
export function beginTask(files: Files, origin: TaskOrigin): Script {
  return append(files, sh`printf '%s\n' ${JSON.stringify(origin)}`);
}

/**
 * Records how a task ended, by root. The shell's `fd_outcome`, `fd_status` and `fd_seconds` say
 * how; the last two are empty when its command did not begin.
 */
export function endTask(files: Files, { task }: Pick<TaskOrigin, 'task'>): Script {
  return append(
    files,
    sh`
    printf '{"task":"%s","outcome":"%s"%s%s,"finished":"%s"}\n' ${task} "$fd_outcome" "\${fd_status:+,\"status\":$fd_status}" "\${fd_seconds:+,\"seconds\":$fd_seconds}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"`,
  );
}

/** Appends a line, and flushes it to the disk. Command lines may hold secrets: it is root's alone. */
function append({ tasks, tasksLock }: Files, print: Script): Script {
  return sh`
    ${makeTasksLock({ tasksLock })}
    (
    umask 077
    flock 7
    # A power cut may have left the last line incomplete.
    if [ -s ${tasks} ] && [ -n "$(tail -c 1 -- ${tasks})" ]; then echo >>${tasks}; fi
    ${print} >>${tasks}
    if [ "$(stat -c %s -- ${tasks})" -gt ${MOST_BYTES} ]; then
      tail -n ${KEPT_LINES} -- ${tasks} >${`${tasks}.new`}
      mv -fT -- ${`${tasks}.new`} ${tasks}
    fi
    sync -- ${tasks}
    ) 7>>${tasksLock}`;
}

/** Prints the last tasks of an application for {@link parseTasks}. */
export function printTasks({ tasks }: Pick<Layout, 'tasks'>, application: string): Script {
  return sh`
    [ ! -f ${tasks} ] || tail -n ${READ_LINES} -- ${tasks} | sed 's/^/record /'
    ${printRunningTasks(application)}`;
}

/** Parses the output of {@link printTasks}: the oldest first. Ignores lines that we did not write. */
export function parseTasks(output: string): readonly TaskEntry[] {
  const lines = output.split('\n');
  const running = new Set(lines.flatMap((line) => /^task (\S+) /.exec(line)?.[1] ?? []));
  const records = lines.flatMap((line) => parseJson(/^record (.*)$/.exec(line)?.[1]));
  const ends = new Map(
    records.flatMap((record) => {
      const end = endSchema.safeParse(record);
      return end.success ? [[end.data.task, end.data] as const] : [];
    }),
  );
  return records.flatMap((record) => {
    const origin = originSchema.safeParse(record);
    if (!origin.success) return [];
    const outcome = running.has(origin.data.task) ? 'running' : 'interrupted';
    return [{ ...origin.data, ...(ends.get(origin.data.task) ?? { outcome }) }];
  });
}

function parseJson(line: string | undefined): readonly unknown[] {
  try {
    return line === undefined ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
