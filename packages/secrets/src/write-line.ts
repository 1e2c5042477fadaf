import { printable } from '@fairness-deploy/shell/text';

/**
 * Writes a line for people. What stands in it may be of a file that anybody with write access to
 * the repository has changed, so it can't steer the terminal.
 */
export function writeLine(stream: { write(text: string): unknown }, text: string): void {
  stream.write(`${printable(text)}\n`);
}
