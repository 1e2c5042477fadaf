import type { Script } from '../script/sh.js';
import type { RunOptions, RunResult, Target, Transport } from '../transport/transport.js';

/** One script that was run. */
export interface FakeRun {
  readonly target: Target;
  readonly script: Script;
  readonly options: RunOptions;
}

/** The answer to a script: its standard output, a whole result, or an error to be thrown. */
export type FakeAnswer =
  string | Error | { readonly status?: number; readonly stdout?: string; readonly stderr?: string };

/** A transport without machines, and the scripts that were run on it, in order. */
export interface FakeTransport extends Transport {
  readonly runs: readonly FakeRun[];
  /** How many connections are open. */
  readonly open: number;
}

/**
 * Makes a transport that answers instead of a machine.
 *
 * @param answer called for each run; when a connection should fail, throw from `connect`.
 */
export function fakeTransport(
  answer: (run: FakeRun) => FakeAnswer,
  connect: (target: Target) => void = () => undefined,
): FakeTransport {
  const runs: FakeRun[] = [];
  let open = 0;
  return {
    runs,
    get open() {
      return open;
    },
    async connect(target, signal) {
      await Promise.resolve();
      signal?.throwIfAborted();
      connect(target);
      open += 1;
      const traffic = { roundTrips: 0, bytesSent: 0, bytesReceived: 0 };
      return {
        target,
        login: { user: target.user ?? 'root' },
        traffic,
        async run(script, options = {}) {
          await Promise.resolve();
          options.signal?.throwIfAborted();
          const run = { target, script, options };
          runs.push(run);
          const result = resultOf(answer(run));
          traffic.roundTrips += 1;
          traffic.bytesSent += Buffer.byteLength(script.reveal()) + inputBytes(options);
          traffic.bytesReceived += result.stdout.length + result.stderr.length;
          if (!options.onOutput) return result;
          await options.onOutput(result.stdout);
          return { ...result, stdout: Buffer.alloc(0) };
        },
        async close() {
          await Promise.resolve();
          open -= 1;
        },
      };
    },
  };
}

function resultOf(answer: FakeAnswer): RunResult {
  if (answer instanceof Error) throw answer;
  const {
    status = 0,
    stdout = '',
    stderr = '',
  } = typeof answer === 'string' ? { stdout: answer } : answer;
  return { status, stdout: Buffer.from(stdout), stderr };
}

function inputBytes({ input }: RunOptions): number {
  if (input === undefined) return 0;
  return input instanceof Uint8Array ? input.length : input.bytes;
}
