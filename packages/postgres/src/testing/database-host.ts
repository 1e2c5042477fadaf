import type { PluginContext } from '@fairness-deploy/core';
import {
  applyResources,
  exampleApplication,
  exampleContext,
  exampleEnvironment,
  runScript,
} from '@fairness-deploy/core/testing';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import { connectionResources } from '../connection/connection-resources.js';
import { sectionSchema, type Section } from '../section/section.js';
import { z } from '@fairness-deploy/core';

/** What the application's role logs in with, on a host for tests. */
export const DATABASE_PASSWORD = "pass 'word\\ $HOME %s é";

/** For commands: the password is in no file of their workspace. */
export const DATABASE_VARIABLES = { FAIRNESS_SECRET_DB_PASSWORD: DATABASE_PASSWORD };

/** The section `application` of the environments whose database is on such a host. */
export const APPLICATION = { name: 'shop', static: { '/': { folder: 'public' } } };

/** A host with Debian's PostgreSQL, and the database `shop` of the application `shop`. */
export interface DatabaseHost {
  readonly context: PluginContext<Section>;
  /** @returns what the script prints. @throws Error when it fails, with all that it printed. */
  run(script: Script): Promise<string>;
  /** The end of a script that may fail. */
  attempt(script: Script): Promise<{ status: number; text: string; stderr: string }>;
  /** Runs SQL as the superuser, in the database of the application unless told. */
  sql(statements: string, database?: string): Promise<string>;
}

/**
 * Makes a bare Debian host one with a database. The application's role owns it, and logs in with a
 * password over TCP.
 *
 * @param section keys of the section `postgres` besides the usual ones, as a user writes them
 */
export async function prepareDatabaseHost(
  connection: Connection,
  section: Readonly<Record<string, unknown>> = {},
): Promise<DatabaseHost> {
  const context = databaseContext(section);
  const attempt = (script: Script) => runScript(connection, script);
  const run = async (script: Script): Promise<string> => {
    const { status, text, stderr } = await attempt(script);
    if (status !== 0) throw new Error(`status ${String(status)}: ${text}${stderr}`);
    return text;
  };
  const host: DatabaseHost = {
    ...{ context, attempt, run },
    sql: (statements, database = 'shop') =>
      run(sh`
        printf '%s\n' ${statements} |
          runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -d ${database}`),
  };
  await run(sh`
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql age >/dev/null
    # As provision has it: roles log in by the socket with their password, for all users of the host.
    sed -i '/^local  *all  *all  *peer/i local all all scram-sha-256' /etc/postgresql/*/main/pg_hba.conf
    # PostgreSQL 13 makes MD5 digests by default, which that line does not take.
    for fd_folder in /etc/postgresql/*/main; do
      echo "password_encryption = 'scram-sha-256'" >"$fd_folder/conf.d/test.conf"
    done
    systemctl reload postgresql
    id shop >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin shop`);
  const password = DATABASE_PASSWORD.replaceAll("'", "''");
  await host.sql(
    `set standard_conforming_strings = on; create role shop login password '${password}'`,
    'postgres',
  );
  await host.sql('create database shop owner shop', 'postgres');
  const ends = await applyResources(connection, connectionResources(context));
  for (const [address, end] of Object.entries(ends)) {
    if (end !== 'done') throw new Error(`${address}: ${end}`);
  }
  return host;
}

/** The context of the plugin's functions on that host. */
export function databaseContext(
  section: Readonly<Record<string, unknown>> = {},
): PluginContext<Section> {
  const parsed: Section = z.parse(sectionSchema, { mode: 'local', ...section });
  return {
    ...exampleContext(
      parsed,
      exampleEnvironment({ application: exampleApplication({ processes: [] }) }),
    ),
    secret: (name) => new Secret(name, DATABASE_PASSWORD),
  };
}
