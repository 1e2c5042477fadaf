import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** The most characters of the target's output that are kept: its end. */
const KEPT_OUTPUT_CHARACTERS = 64 * 1024;
/** How many lines are shown when the target fails. */
const SHOWN_LINES = 40;

/**
 * The variables by which Nx describes a task to itself (nx/src/tasks-runner/task-env.js). With
 * them, a target that runs within another one would write to that one's places, or Nx would take a
 * repeated target for an endless loop. Colours are for terminals.
 */
const OF_THE_TASK =
  /^(?:NX_(?:TASK|TERMINAL|STREAM|PREFIX|FORKED|INVOKED|INVOCATION|ORIGINAL)_.*|NX_(?:SET_CLI|CLI_SET|TUI)|LERNA_PACKAGE_NAME|FORCE_COLOR)$/;

/**
 * Runs a target of an Nx workspace with the workspace's own Nx, so that Nx uses its cache.
 *
 * @returns how long it took, in milliseconds
 * @throws Error with the end of its output when it fails.
 */
export async function runTarget(workspace: string, target: string): Promise<number> {
  const since = performance.now();
  const { status, output } = await run(workspace, [nxOf(workspace), 'run', target]);
  if (status === 0) return performance.now() - since;
  const shown = output.trim().split('\n').slice(-SHOWN_LINES).join('\n');
  const how = typeof status === 'number' ? `with status ${String(status)}` : `by ${status}`;
  throw new Error(`Cannot build ${target}: nx run ${target} ended ${how}\n${shown}`);
}

function nxOf(workspace: string): string {
  try {
    return createRequire(join(workspace, 'package.json')).resolve('nx/bin/nx.js');
  } catch (cause) {
    throw new HintedError(`Cannot build: Nx is not installed in ${workspace}`, {
      hint: 'run npm install there',
      cause,
    });
  }
}

function run(
  folder: string,
  args: readonly string[],
): Promise<{ readonly status: number | NodeJS.Signals; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...withoutTask(childEnvironment()), NX_TUI: 'false', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
      });
    }
    // An interrupted client leaves no build running.
    const stop = (): void => {
      child.kill();
    };
    process.once('exit', stop);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('exit', stop);
      resolve({ status: code ?? signal ?? 1, output });
    });
  });
}

/** The variables without those of the Nx task that this process may be. */
export function withoutTask(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_THE_TASK.test(name)));
}
