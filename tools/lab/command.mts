import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';
import { endOf } from './child.mjs';
import { parseEvent, type Event } from './event.mjs';

/** The command line as npm installs it. */
export const PROGRAM = join(WORKSPACE, 'node_modules', '.bin', 'fairness-deploy');

/** When an event came: in milliseconds of the clock, and since the command's start. */
export type TimedEvent = Event & { readonly at: number; readonly after: number };

export interface CommandEnd {
  /** Of the process, or the signal that ended it. */
  readonly status: number | string;
  readonly seconds: number;
  readonly events: readonly TimedEvent[];
  readonly stderr: string;
  /** The lines about failures and the end that a person would have read. */
  readonly said: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandEnd>;
}

export type OnEvent = (event: TimedEvent) => void;

/**
 * Starts a command of the real command line.
 *
 * @param onEvent gets each event of `--json` as it comes.
 */
export function startCommand(
  workspace: { readonly folder: string },
  words: readonly string[],
  onEvent: OnEvent = () => undefined,
  env: NodeJS.ProcessEnv = {},
): Command {
  const since = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...words, '--json'], {
    cwd: workspace.folder,
    // The user's own keys would be tried first.
    env: { ...process.env, SSH_AUTH_SOCK: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events: TimedEvent[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const parsed = parseEvent(line);
    if (!parsed) return;
    const event = { ...parsed, at: Date.now(), after: performance.now() - since };
    events.push(event);
    onEvent(event);
  });
  const ended = Promise.all([endOf(child), once(lines, 'close'), text(child.stderr)]).then(
    ([status, , stderr]) => ({
      status,
      seconds: (performance.now() - since) / 1000,
      events,
      stderr,
      said: saidOf(events, stderr),
    }),
  );
  return { child, ended };
}

/** Runs a command to its end, and throws when it fails. */
export async function runCommand(
  workspace: { readonly folder: string },
  words: readonly string[],
  onEvent?: OnEvent,
): Promise<CommandEnd> {
  const end = await startCommand(workspace, words, onEvent).ended;
  if (end.status !== 0) {
    throw new Error(
      `${words.join(' ')} ended with ${String(end.status)}: ${end.said.slice(-2000)}`,
    );
  }
  return end;
}

/** Seconds from a command's start until traffic had moved; undefined when it has not. */
export function switchedAfter({ events }: CommandEnd): number | undefined {
  const moved = events.find((event) => event.type === 'step-ended' && event.name === 'switch');
  return moved && moved.after / 1000;
}

function saidOf(events: readonly Event[], stderr: string): string {
  return [
    ...events.flatMap((event) => {
      if (event.type === 'failure') return [event.message, event.details ?? ''];
      return event.type === 'host-ended' ? [event.summary] : [];
    }),
    stderr.trim(),
  ]
    .filter((line) => line !== '')
    .join('\n');
}
