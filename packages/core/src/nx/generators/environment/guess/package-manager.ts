import type { Clue, ReadText } from './clue.js';

/** A package manager's lock files, those that are preferred first. */
const LOCK_FILES = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
} as const;

export type PackageManager = (typeof LOCK_FILES)[keyof typeof LOCK_FILES];

/** The package manager that a lock file is of. */
export function readLockFile(read: ReadText): Clue<PackageManager> | undefined {
  const found = Object.entries(LOCK_FILES).find(([file]) => read(file) !== undefined);
  return found && { value: found[1], file: found[0] };
}
