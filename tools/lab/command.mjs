import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { WORKSPACE } from '../install.mjs';

const PROGRAM = join(WORKSPACE, 'packages', 'core', 'bin', 'fairness-deploy.js');

/**
 * Starts a command of the real command line.
 *
 * @param onEvent gets each event of `--json` as it comes, with the time at which it came.
 * @returns the process, and how it ends: its status (or the signal that ended it) and its events.
 */
export function startCommand(workspace, words, onEvent = () => undefined, env = {}) {
  const since = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...words, '--json'], {
    cwd: workspace.folder,
    // Keys of whoever runs this would be tried first.
    env: { ...process.env, SSH_AUTH_SOCK: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const events = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (!line.startsWith('{')) return;
    const event = { ...JSON.parse(line), at: Date.now(), after: performance.now() - since };
    events.push(event);
    onEvent(event);
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close'), text(child.stderr)]).then(
    ([[code, signal], , stderr]) => ({
      status: code ?? signal,
      seconds: (performance.now() - since) / 1000,
      events,
      stderr,
      said: saidOf(events, stderr),
    }),
  );
  return { child, ended };
}

/** Runs a command to its end, and throws when its status is another than expected. */
export async function runCommand(workspace, words, { expected = 0, onEvent } = {}) {
  const end = await startCommand(workspace, words, onEvent).ended;
  if (end.status !== expected) {
    throw new Error(`${words.join(' ')} ended with ${end.status}: ${end.said.slice(-2000)}`);
  }
  return end;
}

/** What a person would have read of what went wrong, and of the end. */
function saidOf(events, stderr) {
  return [
    ...events.flatMap(({ type, message, details = '', summary }) =>
      type === 'failure' ? [message, details] : type === 'host-ended' ? [summary] : [],
    ),
    stderr.trim(),
  ]
    .filter((text) => text !== '')
    .join('\n');
}
