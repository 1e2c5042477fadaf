import { stateFolder } from '../connection/paths.js';

/** The backups of an application on its host; only root may enter. */
export function backupFolder(application: string): string {
  return `/var/backups/fairness-deploy/${application}`;
}

/**
 * What a running backup keeps besides its file: a folder in memory, so that it can say what is wrong
 * on a full disk, too. Only the holder of the backups' lock uses it.
 */
export function workFolder(application: string): string {
  return `/run/fairness-deploy-backup-${application}`;
}

/** The public keys that backups are encrypted for; root's alone: another user could add a key. */
export function recipientsFile(application: string): string {
  return `${stateFolder(application)}/recipients`;
}

/** The access to the bucket, root's alone. */
export function bucketFile(application: string): string {
  return `${stateFolder(application)}/bucket`;
}

/** The program that the timer runs. */
export function programFile(application: string): string {
  return `${stateFolder(application)}/backup`;
}

/** The name of the timer's two units. */
export function timerName(application: string): string {
  return `${application}-postgres-backup`;
}
