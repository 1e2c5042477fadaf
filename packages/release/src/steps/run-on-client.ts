import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { failureExcerpt } from '@fairness-deploy/core/commands';
import { LineReader } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** In how many of a failed command's last lines the first error is looked for. */
const KEPT_LINES = 2000;

/**
 * Milliseconds to wait for output after the command's end: a process that it left may hold the
 * pipe.
 */
const EXIT_GRACE_MILLISECONDS = 500;

/** A command of the project's own, to be run on this machine. */
export interface ClientCommand {
  /** For sh. */
  readonly command: string;
  /** Absolute path of the folder that it runs in. */
  readonly folder: string;
  /** Variables besides those of this process; it gets no other secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** After so many seconds it is killed, with all its child processes. */
  readonly seconds: number;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** Takes its output, line by line. */
  readonly say: (line: string) => void;
  /** Stops it, too. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a command on this machine, by sh, which stops at the first command that fails. The command
 * is in a process group of its own and has no input; when this process ends, the command ends too.
 *
 * @throws Error when it fails or takes too long, with the lines around its first error, and the last.
 */
export async function runOnClient(of: ClientCommand): Promise<void> {
  const { command, folder, env, seconds, grace, say, signal } = of;
  const child = spawn('/bin/sh', ['-ec', command], {
    cwd: folder,
    env: { ...childEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const last: string[] = [];
  const take = (line: string): void => {
    last.push(line);
    if (last.length > KEPT_LINES) last.shift();
    say(line);
  };
  const closed = Promise.all([child.stdout, child.stderr].map((stream) => readLines(stream, take)));
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // All processes of its group have ended.
    }
  };
  const end = (): void => {
    kill('SIGTERM');
  };
  process.once('exit', end);
  const timers: NodeJS.Timeout[] = [];
  const stopped: string[] = [];
  const stop = (reason: string): void => {
    stopped.push(reason);
    kill('SIGTERM');
    timers.push(setTimeout(kill, grace * 1000, 'SIGKILL'));
  };
  timers.push(setTimeout(stop, seconds * 1000, `it was ended after ${String(seconds)} s`));
  const callOff = (): void => {
    stop('it was stopped, because the job has ended');
  };
  signal?.addEventListener('abort', callOff);
  try {
    const status = await new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code === 0) resolve(undefined);
        else resolve(signal === null ? `status ${String(code)}` : `the signal ${signal}`);
      });
    });
    await Promise.race([closed, sleep(EXIT_GRACE_MILLISECONDS)]);
    if (stopped.length > 0) kill('SIGKILL');
    const reason = stopped[0] ?? status;
    if (reason !== undefined) {
      const failure = `Cannot finish the command on this machine: ${reason}`;
      throw new Error(
        last.length === 0 ? failure : `${failure}\n${failureExcerpt(last.join('\n'))}`,
      );
    }
  } finally {
    for (const timer of timers) clearTimeout(timer);
    process.off('exit', end);
    signal?.removeEventListener('abort', callOff);
    // A process that the command left may hold these open, and this process must be able to end.
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Takes the lines of a stream. Resolves at its end. */
async function readLines(
  stream: NodeJS.ReadableStream,
  take: (line: string) => void,
): Promise<void> {
  const reader = new LineReader();
  stream.on('data', (bytes: Buffer) => {
    reader.read(bytes).forEach(take);
  });
  await new Promise<void>((resolve) => {
    stream.once('close', () => {
      reader.end().forEach(take);
      resolve();
    });
  });
}
