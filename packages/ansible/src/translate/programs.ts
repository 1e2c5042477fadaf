/** The programs of the application: from the roles' template of Supervisor's file, else as a generation had them. */
import { join } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import type { Place } from '../finding/finding.js';
import { validName } from '../set-up/find-environments.js';
import type { SetUp } from '../set-up/read-set-up.js';
import { fillIn, Unfilled } from '../template/fill-in.js';
import { DEFAULT_PORTS, type Generation } from './generations.js';
import type { HostScope } from './host-scope.js';

/** A program with its port, and what it gets besides. */
export interface FoundProgram {
  readonly name: string;
  readonly directory: string;
  readonly command: string;
  readonly port?: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Settings of Supervisor that the product decides. */
const PASSED = [
  ...[
    'autostart',
    'autorestart',
    'stderr_logfile',
    'stdout_logfile',
    'redirect_stderr',
    'startsecs',
  ],
  ...['stdout_logfile_maxbytes', 'stderr_logfile_maxbytes', 'stopasgroup', 'killasgroup', 'user'],
];

export function findPrograms(
  setUp: SetUp,
  scope: HostScope,
  generation: Generation | undefined,
  checkout: string | undefined,
): readonly FoundProgram[] {
  const { files, playbooks } = setUp;
  for (const task of playbooks.templates) {
    const path = join(task.role ?? '.', 'templates', task.source);
    if (!task.destination.includes('/supervisor/conf.d/') || files.kind(path) === undefined)
      continue;
    return fromTemplate(files.read(path), path, { setUp, scope, checkout });
  }
  return (generation?.programs ?? []).map(({ name, directory, command, port, env = {} }) => ({
    ...{ name, directory, command },
    port: scope.number(port) ?? DEFAULT_PORTS[port] ?? 3000,
    env: Object.fromEntries(
      Object.entries(env).map(([key, text]) => [
        key,
        filled(text, scope) ?? String(DEFAULT_PORTS[/\w+/.exec(text)?.[0] ?? ''] ?? ''),
      ]),
    ),
  }));
}

interface Context {
  readonly setUp: SetUp;
  readonly scope: HostScope;
  readonly checkout: string | undefined;
}

function fromTemplate(
  text: string,
  file: string,
  { setUp, scope, checkout }: Context,
): readonly FoundProgram[] {
  const { findings } = setUp;
  const programs: { name: string; place: Place; settings: Map<string, string> }[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const place = { file, line: at + 1 };
    if (/^\s*(?:[;#].*)?$/.test(line)) continue;
    const header = /^\[(\w+):([^\]]+)\]\s*$/.exec(line);
    const current = programs.at(-1);
    const [, key, given = ''] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (header) {
      const [, kind, name = ''] = header;
      if (kind === 'program') programs.push({ name, place, settings: new Map() });
      else
        findings.add('untranslated', place, `the section ${quoteText(kind ?? '')} of Supervisor`);
    } else if (key === undefined || !current) {
      findings.add('untranslated', place, 'a line of the template of Supervisor');
    } else if (!PASSED.includes(key)) {
      const value = filled(given, scope);
      if (value === undefined)
        findings.add(
          'untranslated',
          place,
          `${quoteText(key)} of a program: it can't be filled in`,
        );
      else if (['directory', 'command', 'environment'].includes(key))
        current.settings.set(key, value);
      else findings.add('untranslated', place, `the setting ${quoteText(key)} of a program`);
    }
  }
  return programs.flatMap(({ name, place, settings }): readonly FoundProgram[] => {
    const valid = validName(name);
    const command = settings.get('command');
    if (valid === undefined || command === undefined) {
      findings.add(
        'untranslated',
        place,
        `the program ${quoteText(name)} has no command, or no valid name`,
      );
      return [];
    }
    const { PORT, ...env } = environmentOf(settings.get('environment') ?? '');
    const port = /^\d{1,5}$/.test(PORT ?? '') ? Number(PORT) : undefined;
    const folder = settings.get('directory') ?? checkout ?? '';
    const inside = checkout !== undefined && `${folder}/`.startsWith(`${checkout}/`);
    if (!inside)
      findings.add(
        'check',
        place,
        `the program ${quoteText(name)} runs in ${quoteText(folder)}, which is not in the checkout`,
      );
    const directory = inside ? folder.slice(checkout.length + 1).replace(/\/+$/, '') : '';
    return [{ name: valid, directory, command, env, ...(port !== undefined && { port }) }];
  });
}

/** `HOST=127.0.0.1,PORT="3000"`, as Supervisor has it. */
function environmentOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,\s"']*))/g)];
  return Object.fromEntries(
    pairs.map(([, key = '', double, single, bare]) => [
      key,
      (double ?? single ?? bare ?? '').replaceAll('%%', '%'),
    ]),
  );
}

function filled(text: string, scope: HostScope): string | undefined {
  try {
    const value = fillIn(text, scope.scope);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch (error) {
    if (error instanceof Unfilled) return undefined;
    throw error;
  }
}
