import { applicationOf } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { Text } from '@fairness-deploy/shell/secret';
import { variablesText } from '../connection/connection-variables.js';
import type { Section } from '../section/section.js';
import type { BackupContext } from './backup-store.js';
import { bucketFile } from './paths.js';

type Bucket = NonNullable<NonNullable<Section['backups']>['bucket']>;

/** Defined for rclone alone: `bucket:<name>` is a path in it then (rclone's documentation, 'Environment Variables'). */
const REMOTE = 'bucket';

/**
 * Seconds. rclone repeats a request some times, and a whole transfer {@link RETRIES} times.
 */
const CONNECT_TIMEOUT_SECONDS = 15;
const SILENCE_TIMEOUT_SECONDS = 60;
const RETRIES = 3;
const RETRY_PAUSE_SECONDS = 2;
const REQUEST_ATTEMPTS = 4;

/** The variables of rclone, with the credentials, as a file that a shell reads. */
export function bucketVariables(bucket: Bucket): Text {
  const { endpoint, region = 'us-east-1', accessKey, secretKey } = bucket;
  const provider = /\.amazonaws\.com\/?$/.test(endpoint) ? 'AWS' : 'Other';
  const settings: Readonly<Record<string, string | Text>> = {
    TYPE: 's3',
    PROVIDER: provider,
    ENDPOINT: endpoint.replace(/\/$/, ''),
    REGION: region,
    ACCESS_KEY_ID: accessKey,
    SECRET_ACCESS_KEY: secretKey,
    // It exists, and the key may not be allowed to ask for it.
    NO_CHECK_BUCKET: 'true',
  };
  return variablesText(
    new Map([
      // No file of configuration. The rclone of Debian 11 takes an empty name for the current folder.
      ['RCLONE_CONFIG', Text.of('/dev/null')],
      ...Object.entries(settings).map(
        ([key, value]) => [`RCLONE_CONFIG_${REMOTE.toUpperCase()}_${key}`, Text.of(value)] as const,
      ),
    ]),
  );
}

/** The folder of the backups in the bucket. */
export function bucketFolder({ environment }: BackupContext, bucket: Bucket): string {
  const { prefix = `${applicationOf(environment).name}/${environment.name}` } = bucket;
  return `${bucket.bucket}/${prefix}`;
}

/**
 * Defines `fd_bucket`, rclone with the bucket's credentials, which are in its environment only, and
 * `$fd_remote`, the folder of the backups for it: `fd_bucket cat "$fd_remote/<file>"`.
 */
export function defineBucket(context: BackupContext, bucket: Bucket): Script {
  const { name } = applicationOf(context.environment);
  const limits = [
    ...['--contimeout', `${String(CONNECT_TIMEOUT_SECONDS)}s`],
    ...['--timeout', `${String(SILENCE_TIMEOUT_SECONDS)}s`],
    ...['--retries', String(RETRIES), '--retries-sleep', `${String(RETRY_PAUSE_SECONDS)}s`],
    ...['--low-level-retries', String(REQUEST_ATTEMPTS)],
  ];
  return sh`
    fd_remote=${`${REMOTE}:${bucketFolder(context, bucket)}`}
    # shellcheck disable=SC2317
    fd_bucket() {
      (
        # shellcheck disable=SC1091
        . ${bucketFile(name)}
        exec rclone --quiet ${limits} "$@"
      )
    }`;
}
