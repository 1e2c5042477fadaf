import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { childEnvironment } from '@fairness-deploy/shell/client';
import type { Place } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';
import { refuseForNxCloud } from './refuse-for-nx-cloud.js';
import { nxTask, type NxTask } from './under-nx.js';

/**
 * Writes text that no program may keep. Nx keeps the output of its tasks, and gives them a terminal
 * of its own; so under Nx the text goes to the terminal that Nx itself was started on. Without Nx,
 * it goes to standard output.
 *
 * @throws SecretsError when there is no such terminal, or Nx Cloud would be told.
 */
export async function writeToTerminal(text: string, place: Place): Promise<void> {
  const task = nxTask(process.env);
  if (task === undefined) {
    process.stdout.write(text);
    return;
  }
  const hint = `node_modules/.bin/fairness-deploy secrets-show ${place.environment} --reveal`;
  await refuseForNxCloud(place, hint);
  try {
    const terminal = openSync(terminalOf(task), 'w');
    writeSync(terminal, text.replaceAll('\n', '\r\n'));
    closeSync(terminal);
  } catch (cause) {
    throw new SecretsError(
      'Cannot show values: there is no terminal, and Nx keeps its output in its cache',
      { cause, hint },
    );
  }
}

/** By ps(1), as POSIX has it: `pts/3`, or a question mark when there is none. */
function terminalOf({ root }: NxTask): string {
  const name = execFileSync('ps', ['-o', 'tty=', '-p', String(root)], {
    encoding: 'utf8',
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  if (!/^[\w/]+$/.test(name)) throw new Error('Nx was not started on a terminal');
  return `/dev/${name}`;
}
