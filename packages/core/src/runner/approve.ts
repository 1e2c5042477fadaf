import { createInterface } from 'node:readline/promises';
import { HintedError, type Failure } from '@fairness-deploy/shell/text';

const SIGNAL_TIMEOUT_MILLISECONDS = 1000;

/**
 * Asks on the terminal whether to go on; only `y` or `yes` is a yes.
 *
 * @param unattended the error's text and hint when there is no terminal
 * @throws Error when there is no terminal to ask on.
 */
export async function approve(question: string, unattended: Failure): Promise<boolean> {
  refuseUnattended(unattended);
  return /^y(es)?$/i.test((await ask(`${question}? [y/N] `)).trim());
}

/** @throws HintedError when there is no terminal to ask on. */
export function refuseUnattended(unattended: Failure): void {
  if (process.stdin.isTTY && process.stdout.isTTY) return;
  throw new HintedError(unattended.message, unattended);
}

/**
 * Asks on the terminal for the name of what is to be removed.
 *
 * @param unattended the error's text and hint when there is no terminal
 * @throws Error when there is no terminal to ask on.
 */
export async function confirmName(
  question: string,
  name: string,
  unattended: Failure,
): Promise<boolean> {
  refuseUnattended(unattended);
  return (await ask(`${question}\nType ${name} to go on: `)).trim() === name;
}

/** Asks on the terminal, which must be there. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // readline takes Ctrl-C for itself while it asks.
  terminal.on('SIGINT', () => {
    process.stdout.write('\n');
    terminal.close();
    process.kill(process.pid, 'SIGINT');
    // Nothing else may keep this process alive until the signal comes.
    setTimeout(() => undefined, SIGNAL_TIMEOUT_MILLISECONDS);
  });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
