import { printable } from './printable.js';

/** The most characters of it. */
const LONGEST_CHARACTERS = 300;

/** The words of a server or a program, for a message: {@link printable}, on one line, and short. */
export function excerpt(said: string): string {
  return printable(said).trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST_CHARACTERS);
}
