/** The files that the roles write into the checkout: .env files and server/ormconfig.json. */
import { basename, join } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import { Text } from '@fairness-deploy/shell/secret';
import type { SetUp } from '../set-up/read-set-up.js';
import { fillIn, Unfilled } from '../template/fill-in.js';
import { isScalar, scalarText, type Variables } from '../value/value.js';
import type { TemplateTask } from '../playbook/read-tasks.js';
import type { Config, ConfigValue } from './configuration.js';
import { literal } from './configuration.js';
import type { Generation } from './generations.js';
import type { HostScope } from './host-scope.js';

export interface FileSources {
  readonly setUp: SetUp;
  readonly scope: HostScope;
  readonly generation: Generation | undefined;
  readonly checkout: string | undefined;
  readonly references: (template: string) => Variables;
}

/** `release.files`, by path in the checkout. */
export function applicationFiles(sources: FileSources): Record<string, Config> {
  const { setUp, generation } = sources;
  const found: Record<string, Config> = {};
  let templates = false;
  for (const task of setUp.playbooks.templates) {
    const path = pathInCheckout(task, sources);
    if (path === undefined) continue;
    const text = sourceOf(task, sources);
    if (text === undefined) continue;
    templates = true;
    if (/^\.env(?:[-.]|$)/.test(basename(path))) {
      found[path] = {
        env: envOf(text.split('\n'), { file: sourcePath(task), sources, quiet: false }),
      };
    } else if (path.endsWith('ormconfig.json')) {
      found[path] = { json: ORMCONFIG };
    } else {
      setUp.findings.add(
        'untranslated',
        task.place,
        `the template of ${quoteText(path)}`,
        'release.files writes files of the application',
      );
    }
  }
  if (templates || !generation) return found;
  for (const [path, lines] of Object.entries(generation.env)) {
    const env = envOf(lines, { file: path, sources, quiet: true });
    if (Object.keys(env).length > 0) found[path] = { env };
  }
  if (generation.ormconfig && sources.scope.has('db_host'))
    found['server/ormconfig.json'] = { json: ORMCONFIG };
  return found;
}

/** As the application of generation A reads it (TypeORM 0.2). */
const ORMCONFIG: ConfigValue = {
  ...{ type: 'postgres', host: '${postgres.host}', port: '${postgres.port}' },
  ...{
    username: '${postgres.user}',
    password: '${postgres.password}',
    database: '${postgres.database}',
  },
  ...{ synchronize: false, logging: ['error'] },
  entities: ['dist/src/Domain/**/*.entity{.ts,.js}'],
  migrations: ['dist/migrations/**/*{.ts,.js}'],
  migrationsTableName: 'migrations',
};

function sourcePath({ role, source }: TemplateTask): string {
  return join(role ?? '.', 'templates', source);
}

function sourceOf(task: TemplateTask, { setUp }: FileSources): string | undefined {
  const { files, findings } = setUp;
  const path = sourcePath(task);
  const kind = files.within(path) === undefined ? undefined : files.kind(path);
  if (kind === 'file' || kind === 'program') return files.read(path);
  findings.add(
    'untranslated',
    task.place,
    `the template ${quoteText(task.source)} is not in the set-up`,
  );
  return undefined;
}

/** The destination below the checkout; undefined for files of the system, which other sections have. */
function pathInCheckout(
  { destination }: TemplateTask,
  { scope, checkout }: FileSources,
): string | undefined {
  if (checkout === undefined) return undefined;
  try {
    const filled = fillIn(destination, scope.scope);
    if (typeof filled !== 'string' || !filled.startsWith(`${checkout}/`)) return undefined;
    const path = filled.slice(checkout.length + 1);
    return path.split('/').some((part) => part === '' || part === '..' || part === '.')
      ? undefined
      : path;
  } catch (error) {
    if (error instanceof Unfilled) return undefined;
    throw error;
  }
}

interface EnvFile {
  readonly file: string;
  readonly sources: FileSources;
  /** Of the roles' own lines, those are left out whose variable is not there. */
  readonly quiet: boolean;
}

function envOf(
  lines: readonly string[],
  { file, sources, quiet }: EnvFile,
): Record<string, string> {
  const { setUp, scope, references } = sources;
  const env: Record<string, string> = {};
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, key, given = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$/.exec(line) ?? [];
    const place = { file, line: at + 1 };
    if (key === undefined) {
      setUp.findings.add('untranslated', place, 'a line of a .env file that is not NAME=value');
      continue;
    }
    const text = /^(["'])(.*)\1$/.exec(given)?.[2] ?? given;
    try {
      const value = fillIn(literal(text), { ...scope.scope, variables: references(text) });
      if (!isScalar(value)) throw new Unfilled('it is no text');
      env[key] = value instanceof Text ? String(value) : scalarText(value);
    } catch (error) {
      if (!(error instanceof Unfilled)) throw error;
      if (!quiet) setUp.findings.add('untranslated', place, `${key}: ${error.message}`);
    }
  }
  return env;
}
