import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '@fairness-deploy/core';

/** The folder for backups in a workspace; git ignores it. */
const FOLDER = 'backups';

/**
 * Where a backup is written on this machine: the file asked for, from the workspace's root; by default
 * `backups/<environment>/<name>`. Makes the folder of the default.
 */
export function backupFile(
  { workspace, name: environment }: Pick<Environment, 'workspace' | 'name'>,
  name: string,
  asked?: string,
): string {
  if (asked !== undefined) return resolve(workspace, asked);
  const all = join(workspace, FOLDER);
  const folder = join(all, environment);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = join(all, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '# Backups hold personal data.\n*\n');
  return join(folder, name);
}
