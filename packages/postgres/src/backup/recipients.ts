import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readProjectFile } from '@fairness-deploy/core/resources';
import { recipientsOf } from '@fairness-deploy/secrets';
import type { PluginIssue } from '@fairness-deploy/core';
import type { BackupContext } from './backup-store.js';

/**
 * The public keys that backups are encrypted for, as age takes them; undefined when they are not.
 *
 * @throws FormatError when the secrets file is damaged.
 */
export function recipients({ environment, section }: BackupContext): readonly string[] | undefined {
  const { encrypt = false, recipients: own } = section.backups ?? {};
  if (!encrypt) return undefined;
  if (own !== undefined) return own;
  const file = join(environment.folder, 'secrets.yaml');
  return (existsSync(file) ? recipientsOf(readProjectFile(file)) : undefined) ?? [];
}

/** An encrypted backup needs someone who can read it. */
export function checkRecipients(context: BackupContext): readonly PluginIssue[] {
  if (recipients(context)?.length !== 0) return [];
  return [
    {
      path: ['backups', 'encrypt'],
      message: 'needs recipients, and secrets.yaml is not encrypted for any',
      hint: 'name them: backups: { recipients: [age1…] }; age-keygen makes a key',
    },
  ];
}
