import type { PluginIssue } from '@fairness-deploy/core';
import type { Section } from './section.js';

/** A backup before a migration needs a place for it. */
export function validateMigrations({
  migrations,
  backups,
}: Pick<Section, 'migrations' | 'backups'>): readonly PluginIssue[] {
  if (!migrations.backup || backups) return [];
  return [
    {
      path: ['migrations', 'backup'],
      message: 'there are no backups',
      hint: 'describe them as well, such as: backups: {}',
    },
  ];
}
