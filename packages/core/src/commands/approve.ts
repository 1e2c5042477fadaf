import { createInterface } from 'node:readline/promises';

/**
 * Asks on the terminal whether to go on; only `y` or `yes` is a yes.
 *
 * @param unattended what to do where there is no terminal: part of the error's message.
 * @throws Error when there is no terminal to ask on.
 */
export async function approve(question: string, unattended: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new Error(
      `${question}: that waits for an answer, and there is no terminal to ask on; ${unattended}`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
