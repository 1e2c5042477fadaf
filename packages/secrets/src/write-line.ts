import { printable } from '@fairness-deploy/shell/text';

/**
 * Writes a line for people. Its text may come from a file that anybody with write access to the
 * repository has changed, so it is made safe for the terminal.
 */
export function writeLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(`${printable(text)}\n`);
}
