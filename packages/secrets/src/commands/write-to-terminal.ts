import { closeSync, openSync, writeSync } from 'node:fs';
import type { Place } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';

/** Nx sets it in the processes that run its tasks, whose output it keeps. */
const UNDER_NX = 'NX_TASK_TARGET_PROJECT';

/**
 * Writes what nobody else may keep. Under Nx it goes to the terminal itself; without Nx,
 * standard output is wherever the user wants it.
 *
 * @throws SecretsError when it would go through Nx and there is no terminal.
 */
export function writeToTerminal(text: string, { environment }: Place): void {
  if (process.env[UNDER_NX] === undefined) {
    process.stdout.write(text);
    return;
  }
  let terminal: number;
  try {
    terminal = openSync('/dev/tty', 'w');
  } catch (cause) {
    throw new SecretsError(
      'Cannot show values: there is no terminal, and Nx keeps what it is told in its cache',
      { cause, hint: `npx fairness-secrets show ${environment} --reveal` },
    );
  }
  writeSync(terminal, text);
  closeSync(terminal);
}
