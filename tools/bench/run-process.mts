import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { WORKSPACE } from '../install.mjs';
import { endOf } from '../lab/child.mjs';
import { type CommandLine } from '../lab/ssh.mjs';

/** Milliseconds after which a process that hangs is killed. */
const PROCESS_TIMEOUT_MILLISECONDS = 120_000;

/** Always the same: Nx's daemon begins anew when a variable of the environment has changed. */
const FOOTPRINTS = join(WORKSPACE, 'tmp', 'bench', 'footprints');

const FOOTPRINT = fileURLToPath(new URL('footprint.cjs', import.meta.url));

const footprintSchema = z.object({ memory: z.number(), cpu: z.number() });
type Footprint = z.infer<typeof footprintSchema>;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Milliseconds after which it is killed; default: two minutes. */
  readonly timeout?: number;
}

/** `memory` and `cpu`: of its Node processes, if they end in order, how much memory they had at most, taken together, and how many milliseconds they computed. */
export interface ProcessEnd extends Partial<Footprint> {
  readonly milliseconds: number;
  /** Or the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program from start to exit and measures it.
 *
 * @throws Error when it can't be started, or the signal's reason when it is aborted before.
 */
export async function runProcess(
  [program, ...args]: CommandLine,
  { cwd, env = {}, signal, timeout = PROCESS_TIMEOUT_MILLISECONDS }: RunOptions,
): Promise<ProcessEnd> {
  signal?.throwIfAborted();
  mkdirSync(FOOTPRINTS, { recursive: true });
  const since = performance.now();
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended together with its children.
    detached: true,
    env: {
      ...process.env,
      // The user's own keys would be tried first.
      SSH_AUTH_SOCK: undefined,
      NODE_OPTIONS: `--require=${FOOTPRINT}`,
      BENCH_FOOTPRINTS: FOOTPRINTS,
      ...env,
    },
  });
  const end = (): void => {
    // Undefined when the program isn't there, which is told by an error.
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(end, timeout);
  signal?.addEventListener('abort', end);
  try {
    const [stdout, stderr, ended] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      endOf(child).then((status) => ({ status, milliseconds: performance.now() - since })),
    ]);
    return {
      ...ended,
      stdout,
      stderr,
      ...sum(readdirSync(FOOTPRINTS).map((name) => read(join(FOOTPRINTS, name)))),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    rmSync(FOOTPRINTS, { recursive: true });
  }
}

function read(file: string): Footprint {
  return footprintSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function sum(footprints: readonly Footprint[]): Partial<Footprint> {
  const total = (key: keyof Footprint): number =>
    footprints.reduce((so, each) => so + each[key], 0);
  return footprints.length === 0 ? {} : { memory: total('memory'), cpu: total('cpu') };
}
