import { printable } from './printable.js';

/** The most characters of it. */
const LONGEST_CHARACTERS = 300;

/** What a server or a program has said, for within a message: {@link printable}, on one line, and short. */
export function excerpt(said: string): string {
  return printable(said).trim().replaceAll(/\s+/g, ' ').slice(0, LONGEST_CHARACTERS);
}
