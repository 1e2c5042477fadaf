import type { Owned } from '@fairness-deploy/core';
import { backupFolder, timerName } from './paths.js';

/** What backups leave on a host for an application alone. */
export function ownedBackups(application: string): readonly Owned[] {
  const unit = timerName(application);
  return [
    { kind: 'path', name: backupFolder(application), data: true },
    ...['timer', 'service'].map((type): Owned => ({
      kind: 'unit',
      name: `${unit}.${type}`,
      data: false,
    })),
  ];
}
