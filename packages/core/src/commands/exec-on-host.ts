import { styleText } from 'node:util';
import { ConnectionLostError } from '@fairness-deploy/shell';
import { failureOf, nonce } from '@fairness-deploy/shell/text';
import { remoteCommand } from '../engine/remote-command.js';
import { TaskOutput } from '../engine/task-output.js';
import { lineReport } from '../report/line-report.js';
import { StreamPrinter } from '../report/stream-printer.js';
import { describeWords } from '../runner/command-words.js';
import type { OpenHost } from '../runner/on-hosts.js';
import type { Run } from '../runner/run.js';
import { endOnHost, whatRuns } from './end-on-host.js';

/** Exit status for a host that can't be reached, or whose connection was lost, as ssh(1) has it. */
export const NOT_REACHED = 255;

/** A command for several hosts. */
export interface HostExec {
  readonly words: readonly string[];
  readonly input?: Buffer;
  /** The names of all hosts that it runs on: the output of several has a prefix. */
  readonly names: readonly string[];
}

/** Takes what the command prints, as it comes. */
interface Output {
  readonly push: (stream: 'out' | 'err', bytes: Buffer) => void;
  readonly end: () => void;
}

/**
 * Runs a command on a host, and prints its output. When this process is interrupted, the command is ended.
 *
 * @returns its exit status; {@link NOT_REACHED} when the connection was lost.
 */
export async function execOnHost(run: Run, open: OpenHost, command: HostExec): Promise<number> {
  const { host, connection } = open;
  const { words, input, names } = command;
  const id = nonce();
  const output = run.options.json
    ? lineReport(run.reporter, host.name, 'exec')
    : printed(run, host.name, names);
  const parts = new TaskOutput(id, output.push);
  let head = Buffer.alloc(0);
  let process: number | undefined;
  const running = connection.run(
    remoteCommand({ id, words, ...(input && { inputBytes: input.length }) }),
    {
      ...(input && { input }),
      ...{ outputLimit: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY },
      onOutput: (bytes) => {
        if (process !== undefined) {
          parts.push(bytes);
          return;
        }
        head = Buffer.concat([head, bytes]);
        const at = head.indexOf('\n');
        if (at === -1) return;
        process = Number(head.toString('latin1', 0, at));
        parts.push(head.subarray(at + 1));
      },
    },
  );
  const { signal } = run.jobs;
  const interrupted = (): void => {
    void run.jobs.untilDone(
      `the command on ${host.name}`,
      Promise.all([endOnHost(run, open, { id, process }), running]).catch(() => undefined),
    );
  };
  signal.addEventListener('abort', interrupted, { once: true });
  try {
    const { status, stderr } = await running;
    output.end();
    // Of the script around the command: the command's own comes with the output.
    if (process === undefined || stderr !== '') {
      run.reporter.report({
        ...{ type: 'failure', host: host.name },
        message: `Cannot run the command on ${host.name}: it has ended with status ${String(status)}`,
        details: stderr,
      });
    }
    tellEnd(run, host.name, command, status);
    return status;
  } catch (error) {
    output.end();
    if (!(error instanceof ConnectionLostError)) throw error;
    const { message } = failureOf(error);
    const hint = `the command may still run there: ${whatRuns(run, host.name, process)}`;
    run.reporter.report({ type: 'failure', host: host.name, message, hint });
    tellEnd(run, host.name, command, undefined);
    return NOT_REACHED;
  } finally {
    signal.removeEventListener('abort', interrupted);
  }
}

/** Prints each stream to its own. */
function printed({ mask }: Pick<Run, 'mask'>, host: string, names: readonly string[]): Output {
  const printers = {
    out: new StreamPrinter(process.stdout, mask, prefixOf(process.stdout, host, names)),
    err: new StreamPrinter(process.stderr, mask, prefixOf(process.stderr, host, names)),
  };
  return {
    push: (stream, bytes) => {
      printers[stream].push(bytes);
    },
    end: () => {
      printers.out.end();
      printers.err.end();
    },
  };
}

const COLOURS = ['cyan', 'magenta', 'yellow', 'green', 'blue'] as const;

/** The host's name in a colour of its own, as pdsh(1) has it: `web: `. Nothing for one host. */
function prefixOf(stream: NodeJS.WriteStream, host: string, names: readonly string[]): string {
  if (names.length < 2) return '';
  const width = Math.max(...names.map((name) => name.length));
  const colour = COLOURS[names.indexOf(host) % COLOURS.length] ?? 'cyan';
  const prefix = `${host}:`.padEnd(width + 1);
  // Heeds NO_COLOR, FORCE_COLOR and whether it is a terminal.
  return `${styleText(colour, prefix, { stream })} `;
}

/** One host's exit status is the command's own; those of several are told. */
function tellEnd(
  run: Run,
  host: string,
  { words, names }: HostExec,
  status: number | undefined,
): void {
  const command = run.mask(describeWords(words));
  run.reporter.report({
    ...{ type: 'plugin', host, text: '' },
    data: { type: 'exec', host, command, ...(status !== undefined && { status }) },
  });
  if (names.length < 2 || status === 0 || status === undefined) return;
  const message = `The command on ${host} has ended with status ${String(status)}`;
  run.reporter.report({ type: 'failure', host, message });
}
