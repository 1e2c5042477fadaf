import type { Clue } from './clue.js';

/**
 * The URL of the remote `origin` in a clone's .git/config, without a user's password.
 *
 * @returns undefined where it is no URL that a host could fetch from
 */
export function readGitOrigin(text: string): Clue<string> | undefined {
  let inOrigin = false;
  for (const [at, line] of text.split('\n').entries()) {
    if (/^\s*\[/.test(line)) inOrigin = /^\s*\[remote\s+"origin"\]/.test(line);
    const url = inOrigin ? /^\s*url\s*=\s*(\S+)\s*$/.exec(line)?.[1] : undefined;
    if (url === undefined) continue;
    const safe = url.replace(/^(https?:\/\/)[^/@]*@/, '$1');
    const isUrl =
      /^https:\/\/[^/]+\/./.test(safe) || /^(?:ssh:\/\/)?[\w.-]+@[\w.-]+[:/]./.test(safe);
    return isUrl ? { value: safe, file: '.git/config', line: at + 1 } : undefined;
  }
  return undefined;
}
