import { calendarEventSchema, nameSchema, textSchema, z } from '@fairness-deploy/core';

const RECIPIENT = 'expected a public key: age1…, ssh-ed25519 AAAA… or ssh-rsa AAAA…';

const count = (least: number, error: string) => z.int({ error }).min(least, error);

const keep = z
  .strictObject({
    days: count(1, 'expected days, 1 or more')
      .default(14)
      .describe('Backups older than this many days are removed, when newer ones remain: `least`.'),
    least: count(1, 'expected a number of backups, 1 or more')
      .default(7)
      .describe('The newest ones, which stay however old they are.'),
    most: count(1, 'expected a number of backups, 1 or more')
      .default(100)
      .describe('More than this many are never kept, however young they are.'),
  })
  .refine(({ least, most }) => least <= most, {
    error: 'expected no more than `most`',
    path: ['least'],
  });

const bucket = z
  .strictObject({
    endpoint: z
      .string({ error: 'expected the URL of an S3 service' })
      .regex(/^https?:\/\/[^\s/?#]+\/?$/, 'expected a URL such as https://s3.provider.example')
      .describe('The URL of the S3 service.'),
    bucket: z
      .string({ error: 'expected the name of a bucket' })
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected the name of a bucket')
      .describe('The bucket; it must exist.'),
    prefix: z
      .string({ error: 'expected a folder in the bucket' })
      .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'expected a folder in the bucket, such as shop/prod')
      .describe("The folder in the bucket. Default: <application's name>/<environment>.")
      .exactOptional(),
    region: z
      .string({ error: 'expected a region' })
      .regex(/^[\w-]+$/, 'expected a region, such as eu-central-1')
      .describe('The region. Default: us-east-1, which most services other than AWS take.')
      .exactOptional(),
    accessKey: textSchema.describe('The access key, such as ${secrets.backup_access_key}.'),
    secretKey: textSchema.describe('The secret key, such as ${secrets.backup_secret_key}.'),
    only: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Whether a backup is removed from the host as soon as it is in the bucket.'),
  })
  .describe('An S3-compatible bucket that gets a copy of each backup, by rclone on the host.');

/** Backups of the database. */
export const backupsSchema = z
  .strictObject({
    runsOn: nameSchema
      .describe(
        'The host that makes the backups. Default: the one that runs the server, with mode local, else the first one of the section.',
      )
      .exactOptional(),
    schedule: calendarEventSchema
      .describe(
        'When a backup is made: a calendar event of systemd.time(7), such as 03:00 or Mon 03:00. Default: only by db-backup, and before migrations if they say so.',
      )
      .exactOptional(),
    keep: keep.prefault({}).describe('How many backups are kept, on the host and in the bucket.'),
    encrypt: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Whether backups are encrypted by age: the host itself cannot read them then.'),
    recipients: z
      .array(
        z
          .string({ error: RECIPIENT })
          .regex(/^(age1[0-9a-z]+|ssh-(ed25519|rsa) [A-Za-z0-9+/]+=*)( .*)?$/, RECIPIENT),
      )
      .min(1, RECIPIENT)
      .describe('Whose keys open an encrypted backup. Default: the recipients of secrets.yaml.')
      .exactOptional(),
    bucket: bucket.exactOptional(),
  })
  .describe('Backups of the database.');
