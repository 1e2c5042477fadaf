import { createInterface } from 'node:readline/promises';
import { printable } from '@fairness-deploy/shell/text';
import { interrupt } from './interrupt.js';

/**
 * Asks on the terminal; only `y` and `yes` confirm.
 *
 * @returns undefined without a terminal.
 */
export async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl-C for itself while it asks.
  lines.on('SIGINT', () => {
    lines.close();
    interrupt();
  });
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${printable(question)} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
