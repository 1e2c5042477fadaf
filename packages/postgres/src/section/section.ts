import { projectFileSchema, textSchema, z } from '@fairness-deploy/core';
import { backupsSchema } from './backups-schema.js';
import { migrationsSchema } from './migrations-schema.js';
import { repositorySchema } from './repository-schema.js';
import { serverSchema } from './server-schema.js';
import { TLS_MODES } from './tls-mode.js';
import { tunnelSchema } from './tunnel-schema.js';

const MODE = 'expected managed, local or tunnel';
const TLS = `expected ${TLS_MODES.slice(0, -1).join(', ')} or ${TLS_MODES.at(-1) ?? ''}`;

const admin = z
  .strictObject({
    user: textSchema.describe('The role.'),
    password: textSchema.describe('Its password, such as ${secrets.db_admin_password}.'),
  })
  .describe(
    'A role that may create databases, for db-restore and db-drill: with mode managed, where the application’s own role may not.',
  );

export const sectionSchema = z
  .strictObject({
    mode: z
      .enum(['managed', 'local', 'tunnel'], { error: MODE })
      .describe(
        'Where PostgreSQL runs: managed, by a provider; local, on a host of the environment, which is set up; tunnel, on the machine of the developer, reached through db-tunnel.',
      ),
    host: textSchema
      .describe(
        'The name or address of the server. Default: the secret db_host with mode managed, else 127.0.0.1.',
      )
      .exactOptional(),
    port: textSchema
      .describe('The port of the server. Default: the secret db_port with mode managed, else 5432.')
      .exactOptional(),
    user: textSchema
      .describe(
        "The role that the application logs in as. Default: the application's name with mode local, else the secret db_username.",
      )
      .exactOptional(),
    password: textSchema
      .describe("The role's password. Default: the secret db_password.")
      .exactOptional(),
    database: textSchema
      .describe(
        "The database. Default: the application's name with mode local, else the secret db_name.",
      )
      .exactOptional(),
    direct: z
      .strictObject({
        host: textSchema.describe('The name or address. Default: `host`.').exactOptional(),
        port: textSchema.describe('The port. Default: `port`.').exactOptional(),
      })
      .describe(
        'The server itself, where `host` and `port` are those of a pooler: migrations, backups and restores need it.',
      )
      .exactOptional(),
    admin: admin.exactOptional(),
    tls: z
      .enum(TLS_MODES, { error: TLS })
      .describe(
        'What a client checks of the server (sslmode of libpq). Default: verify-full with mode managed, else disable.',
      )
      .exactOptional(),
    ca: projectFileSchema
      .describe(
        "The provider's CA: a PEM file, relative to the environment's folder. Default: the CAs of the host's system.",
      )
      .exactOptional(),
    version: z
      .int({ error: 'expected a major version, such as 16' })
      .min(13, 'expected 13 or higher')
      .max(99, 'expected a major version, such as 16')
      .describe(
        "The major version of the server, and of pg_dump and psql on the host. Default: that of the host's Debian. One that Debian does not have comes from `repository`.",
      )
      .exactOptional(),
    repository: repositorySchema.exactOptional(),
    server: serverSchema.exactOptional(),
    tunnel: tunnelSchema.exactOptional(),
    migrations: migrationsSchema.prefault({}),
    backups: backupsSchema.exactOptional(),
    anonymise: projectFileSchema
      .describe(
        "A file of SQL, relative to the environment's folder, that db-copy runs in a copy of this database before any of it leaves the server.",
      )
      .exactOptional(),
    protected: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe('Whether db-copy refuses to replace this database by a copy of another one.'),
  })
  .describe(
    "The application's PostgreSQL database: where it is, and how it is backed up and migrated.",
  );

/** The application's database, as an environment describes it. */
export type Section = Readonly<z.output<typeof sectionSchema>>;
