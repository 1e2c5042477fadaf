import {
  applicationOf,
  judgedBy,
  z,
  type Check,
  type Finding,
  type PluginContext,
} from '@fairness-deploy/core';
import { lines, sh } from '@fairness-deploy/shell';
import { byteSize } from '@fairness-deploy/shell/text';
import { isBackupHost } from '../backup/backup-host.js';
import { defineClient } from '../connection/client.js';
import type { Section } from '../section/section.js';
import { KIND_PATTERN } from './database-name.js';

const NAME = 'databases beside it';

/** Days after which a former database only takes room. */
const KEPT_DAYS = 7;

const DAY_MILLISECONDS = 86_400_000;

/** JSON, a line each: names may hold anything. */
const QUESTION = `SELECT json_build_object('name', datname, 'bytes', pg_database_size(oid), 'now', now() AT TIME ZONE 'UTC')
FROM pg_database WHERE datname ~ '${KIND_PATTERN}' AND pg_has_role(datdba, 'USAGE') ORDER BY datname;`;

/** The databases that restores, drills and copies have kept or left. */
export function besideChecks(context: PluginContext<Section>): readonly Check[] {
  if (!isBackupHost(context)) return [];
  const { name, user } = applicationOf(context.environment);
  return [
    {
      name: NAME,
      layer: 'upkeep',
      seconds: 20,
      // A database that can't be reached is told by another check.
      read: lines(
        defineClient(user, name),
        sh`printf '%s\n' ${QUESTION} | fd_pg timeout 10 psql -XAtq -v ON_ERROR_STOP=1 2>/dev/null || :`,
      ),
      ...judgedBy(judgeBeside, context.environment.name),
    },
  ];
}

interface Beside {
  readonly name: string;
  readonly bytes: number;
  readonly days: number;
  readonly isFormer: boolean;
}

/** One finding, when there are any. Pure. */
export function judgeBeside(output: string, environment: string): readonly Finding[] {
  const found = output.split('\n').flatMap(parseLine);
  if (found.length === 0) return [];
  const stale = found.filter(({ days, isFormer }) => days > (isFormer ? KEPT_DAYS : 0));
  const shown = (all: readonly Beside[]): string =>
    all.map(({ name, bytes }) => `${name} (${byteSize(bytes)})`).join(', ');
  const about = { name: NAME, data: { databases: found } };
  if (stale.length === 0) return [{ ...about, level: 'ok', text: shown(found) }];
  const drops = stale.map(({ name }) => `DROP DATABASE "${name.replaceAll('"', '""')}";`);
  const hint = `when nobody needs them, npx nx run ${environment}:db-console, and there: ${drops.join(' ')}`;
  return [{ ...about, level: 'warn', text: `left behind: ${shown(stale)}`, hint }];
}

const lineSchema = z.object({ name: z.string(), bytes: z.number(), now: z.string() });

function parseLine(line: string): readonly Beside[] {
  if (line === '') return [];
  const { name, bytes, now } = lineSchema.parse(JSON.parse(line));
  const [, kind, year, month, day, hour, minute, second] = KIND.exec(name) ?? [];
  if (second === undefined) return [];
  const made = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 1, ...rest] = made;
  const days = Math.floor((Date.parse(`${now}Z`) - Date.UTC(y, m - 1, ...rest)) / DAY_MILLISECONDS);
  return [{ name, bytes, days, isFormer: kind === 'before' }];
}

const KIND = /_(restore|drill|copy|before)_(\d{4})(\d\d)(\d\d)t(\d\d)(\d\d)(\d\d)$/;
