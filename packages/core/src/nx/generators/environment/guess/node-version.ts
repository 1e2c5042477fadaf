import type { Clue, ReadText } from './clue.js';

/** The files with a version alone that `application.node.file` reads, in the order in which tools prefer them. */
const FILES = ['.nvmrc', '.node-version'];

/** The first file that has a version of Node.js, and which. */
export function readNodeVersion(read: ReadText): Clue<string> | undefined {
  for (const file of FILES) {
    const lines = (read(file) ?? '').split('\n').map((line) => line.trim());
    const at = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
    const value = lines[at];
    if (value !== undefined) return { value, file, line: at + 1 };
  }
  return undefined;
}
