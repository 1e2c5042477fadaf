import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKSPACE } from '../install.mjs';

/** Milliseconds after which a process that hangs is killed. */
const LIMIT = 120_000;

/** Always the same: Nx's daemon begins anew when a variable of the environment has changed. */
const FOOTPRINTS = join(WORKSPACE, 'tmp', 'bench', 'footprints');

const FOOTPRINT = fileURLToPath(new URL('footprint.cjs', import.meta.url));

/**
 * Runs a program from start to exit and measures it.
 *
 * @returns what it printed and, of Node processes (it and its children, if they end in order),
 *   how much memory they had at most, taken together, and how much computing they did.
 * @throws Error when it can't be started, or the signal's reason when it is aborted before.
 */
export async function runProcess([program, ...args], { cwd, env = {}, signal }) {
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
      // Keys of whoever runs this would be tried first.
      SSH_AUTH_SOCK: undefined,
      NODE_OPTIONS: `--require=${FOOTPRINT}`,
      BENCH_FOOTPRINTS: FOOTPRINTS,
      ...env,
    },
  });
  const end = () => {
    // Undefined when the program isn't there, which is told by an error.
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(end, LIMIT);
  signal?.addEventListener('abort', end);
  try {
    const [stdout, stderr, [status, milliseconds]] = await Promise.all([
      child.stdout.setEncoding('utf8').toArray(),
      child.stderr.setEncoding('utf8').toArray(),
      once(child, 'exit').then(([code, by]) => [code ?? by, performance.now() - since]),
    ]);
    return {
      milliseconds,
      status,
      stdout: stdout.join(''),
      stderr: stderr.join(''),
      ...sum(readdirSync(FOOTPRINTS).map((name) => read(join(FOOTPRINTS, name)))),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    rmSync(FOOTPRINTS, { recursive: true });
  }
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function sum(footprints) {
  const total = (key) => footprints.reduce((so, each) => so + each[key], 0);
  return footprints.length === 0 ? {} : { memory: total('memory'), cpu: total('cpu') };
}
