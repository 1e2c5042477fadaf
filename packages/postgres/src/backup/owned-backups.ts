import type { Owned } from '@fairness-deploy/core';
import { backupFolder } from './paths.js';

/** What backups leave on a host for an application alone. */
export function ownedBackups(application: string): readonly Owned[] {
  return [{ kind: 'path', name: backupFolder(application), data: 'data' }];
}
