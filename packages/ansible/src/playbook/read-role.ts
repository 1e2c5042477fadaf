import { join } from 'node:path';
import type { Place } from '../finding/finding.js';
import { combine, isList, isMap, type Variables } from '../value/value.js';
import { readVariables, readYamlFile, type Reading } from '../vault/read-variables.js';
import { readTasks, type Tasks, type TemplateTask } from './read-tasks.js';

export interface Role extends Omit<Tasks, 'roles'> {
  readonly defaults: Variables;
  readonly variables: Variables;
  /** Roles that it imports or depends on. */
  readonly uses: readonly { readonly name: string; readonly place: Place }[];
}

/** Reads a role: its defaults, its variables, and all files of its tasks. @throws ImportError */
export async function readRole(folder: string, reading: Reading): Promise<Role> {
  const { files, findings } = reading;
  const templates: TemplateTask[] = [];
  const packages: { name: string; place: Place }[] = [];
  const uses: { name: string; place: Place }[] = [];
  for (const part of ['tasks', 'handlers']) {
    for (const name of files.list(join(folder, part))) {
      const file = join(folder, part, name);
      if (!/\.ya?ml$/.test(name) || files.kind(file) === 'folder') continue;
      const tasks = readTasks(await readYamlFile(file, reading), file, findings);
      templates.push(...tasks.templates.map((each) => ({ ...each, role: folder })));
      packages.push(...tasks.packages);
      uses.push(...tasks.roles);
    }
  }
  const meta = mainFile(join(folder, 'meta'), reading);
  if (meta !== undefined) {
    const { value, lineOf } = await readYamlFile(meta, reading);
    const dependencies = isMap(value) ? value.get('dependencies') : undefined;
    for (const [at, one] of (isList(dependencies) ? dependencies : []).entries()) {
      const name = isMap(one) ? (one.get('role') ?? one.get('name')) : one;
      const place = { file: meta, line: lineOf('dependencies', String(at)) };
      if (typeof name === 'string') uses.push({ name, place });
    }
  }
  for (const part of ['files', 'library', 'filter_plugins', 'lookup_plugins', 'module_utils']) {
    for (const name of files.list(join(folder, part))) {
      findings.add('untranslated', { file: join(folder, part, name), line: 0 }, 'a file of a role');
    }
  }
  return {
    defaults: await variablesOfPart('defaults', folder, reading),
    variables: await variablesOfPart('vars', folder, reading),
    ...{ templates, packages, uses },
  };
}

async function variablesOfPart(part: string, folder: string, reading: Reading): Promise<Variables> {
  const main = join(folder, part, 'main');
  const own = mainFile(join(folder, part), reading);
  // `defaults/main` may be a folder of files.
  const files =
    reading.files.kind(main) === 'folder'
      ? reading.files.list(main).map((name) => join(main, name))
      : own === undefined
        ? []
        : [own];
  let variables: Variables = new Map();
  for (const file of files)
    variables = combine(variables, await readVariables(file, reading), false);
  return variables;
}

function mainFile(folder: string, { files }: Reading): string | undefined {
  return ['main.yml', 'main.yaml', 'main']
    .map((name) => join(folder, name))
    .find((file) => ['file', 'program'].includes(files.kind(file) ?? ''));
}
