import { readFileSync } from 'node:fs';

/** Whether something is mounted right there. */
export const isMounted = (path: string): boolean =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === path);
