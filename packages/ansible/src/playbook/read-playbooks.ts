/** The playbooks of a set-up and the roles that they use: which hosts, which variables, which tasks. */
import { join } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import type { Place } from '../finding/finding.js';
import {
  combine,
  isList,
  isMap,
  nameSecrets,
  type Value,
  type ValueMap,
  type Variables,
} from '../value/value.js';
import type { YamlFile } from '../value/read-yaml.js';
import { readVariables, readYamlFile, type Reading } from '../vault/read-variables.js';
import { readRole, type Role } from './read-role.js';
import { readTasks, type TemplateTask } from './read-tasks.js';

export interface Playbooks {
  /** The patterns of hosts of the plays with roles, such as `web`. */
  readonly hosts: readonly { readonly pattern: string; readonly place: Place }[];
  /** Variables below those of groups: the defaults of the roles. */
  readonly defaults: Variables;
  /** Variables above those of hosts: of plays and of roles. */
  readonly variables: Variables;
  readonly templates: readonly TemplateTask[];
  /** The folder of the plays, relative to the set-up. */
  readonly folder: string;
  /** Debian packages that tasks install by name. */
  readonly packages: readonly { readonly name: string; readonly place: Place }[];
}

/** Keys of a play that say nothing to translate: the product decides this itself. */
const PASSED = [
  'hosts',
  'name',
  'become',
  'become_user',
  'gather_facts',
  'remote_user',
  'tags',
  'any_errors_fatal',
];

/**
 * Reads all playbooks in the folder of the set-up, or in its folder `playbooks`.
 *
 * @param inventories files that are none
 * @throws ImportError
 */
export async function readPlaybooks(
  reading: Reading,
  rolesFolders: readonly string[],
  deep: boolean,
  inventories: readonly string[],
): Promise<Playbooks> {
  const { files, findings } = reading;
  const hosts = new Map<string, Place>();
  const roles = new Map<string, Role>();
  const all = { templates: [] as TemplateTask[], packages: [] as { name: string; place: Place }[] };
  let variables: Variables = new Map();

  const folder = playbookFolder(reading, inventories);
  const others: string[] = [];
  const referenced = new Set<string>();
  const useRole = async (name: string, place: Place): Promise<void> => {
    if (roles.has(name)) return;
    const found = [...rolesFolders, join(folder, 'roles')]
      .map((each) => join(each, name))
      .find((each) => files.kind(each) === 'folder');
    if (name.includes('/') || found === undefined) {
      findings.add('untranslated', place, `the role ${quoteText(name)} is not in the set-up`);
      return;
    }
    const role = await readRole(found, reading);
    roles.set(name, role);
    all.templates.push(...role.templates);
    all.packages.push(...role.packages);
    for (const one of role.uses) await useRole(one.name, one.place);
  };

  for (const name of files.list(folder)) {
    const file = join(folder, name);
    if (
      inventories.includes(file) ||
      !/\.ya?ml$/.test(file) ||
      files.kind(file) === 'folder' ||
      files.leadsOut(file)
    )
      continue;
    const read = await readYamlFile(file, reading);
    if (playsOf(read.value).length === 0) others.push(file);
    for (const [at, play] of playsOf(read.value).entries()) {
      const place = { file, line: read.lineOf(String(at)) };
      const placeOf = (...path: readonly string[]): Place => ({
        file,
        line: read.lineOf(String(at), ...path) || place.line,
      });
      const pattern = play.get('hosts');
      if (typeof pattern === 'string') hosts.set(pattern, placeOf('hosts'));
      else if (isList(pattern))
        for (const one of pattern) if (typeof one === 'string') hosts.set(one, placeOf('hosts'));
      for (const [key, value] of play) {
        if (PASSED.includes(key)) continue;
        if (key === 'roles' && isList(value)) {
          for (const [index, role] of value.entries()) {
            const name = roleName(role);
            const at = placeOf('roles', String(index));
            if (name === undefined) findings.add('untranslated', at, 'a role has no name');
            else await useRole(name, at);
            if (isMap(role)) variables = combine(variables, roleVariables(role, at), deep);
          }
        } else if (key === 'vars' && isMap(value)) {
          const own = [...value].map(
            ([name, each]) =>
              [name, { value: nameSecrets(each, name), place: placeOf('vars', name) }] as const,
          );
          variables = combine(variables, new Map(own), deep);
        } else if (key === 'vars_files' && isList(value)) {
          variables = combine(
            variables,
            await varsFilesOf(value, placeOf('vars_files'), { reading, deep, folder, referenced }),
            deep,
          );
        } else if (['tasks', 'pre_tasks', 'post_tasks', 'handlers'].includes(key)) {
          const tasks = readTasks(inPlay(read, value, [String(at), key]), file, findings);
          all.templates.push(...tasks.templates);
          all.packages.push(...tasks.packages);
          for (const one of tasks.roles) await useRole(one.name, one.place);
        } else {
          findings.add('untranslated', placeOf(key), `${quoteText(key)} of a play`);
        }
      }
    }
  }
  for (const file of others.filter((one) => !referenced.has(one))) {
    const message = 'it is no playbook, and nothing known refers to it';
    findings.add('untranslated', { file, line: 0 }, message);
  }
  const defaults = [...roles.values()].reduce<Variables>(
    (before, role) => combine(before, role.defaults, deep),
    new Map(),
  );
  const ofRoles = [...roles.values()].reduce<Variables>(
    (before, role) => combine(before, role.variables, deep),
    new Map(),
  );
  return {
    hosts: [...hosts].map(([pattern, place]) => ({ pattern, place })),
    defaults,
    folder,
    variables: combine(variables, ofRoles, deep),
    ...all,
  };
}

/** `playbooks`, where there are none beside ansible.cfg. */
function playbookFolder({ files }: Reading, inventories: readonly string[]): string {
  const isYaml = (name: string): boolean => /\.ya?ml$/.test(name);
  const own = files
    .list('.')
    .filter(
      (name) =>
        isYaml(name) &&
        !inventories.includes(name) &&
        /^- *[\w"']/m.test(
          files.kind(name) === 'folder' || files.leadsOut(name) ? '' : files.read(name),
        ),
    );
  return own.length === 0 && files.kind('playbooks') === 'folder' ? 'playbooks' : '.';
}

function playsOf(value: Value): readonly ValueMap[] {
  if (!isList(value)) return [];
  return value.filter(isMap).filter((play) => play.has('hosts') || play.has('import_playbook'));
}

function roleName(role: Value): string | undefined {
  if (typeof role === 'string') return role;
  const name = isMap(role) ? (role.get('role') ?? role.get('name')) : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** `{ role: web, git_version: main }` and `{ role: web, vars: {…} }`. */
function roleVariables(role: ValueMap, place: Place): Variables {
  const own = [...role].filter(
    ([key]) => !['role', 'name', 'vars', 'tags', 'when', 'become'].includes(key),
  );
  const vars = role.get('vars');
  return new Map(
    [...own, ...(isMap(vars) ? vars : [])].map(([name, value]) => [
      name,
      { value: nameSecrets(value, name), place },
    ]),
  );
}

interface VarsFiles {
  readonly reading: Reading;
  readonly deep: boolean;
  /** Relative paths begin there. */
  readonly folder: string;
  /** Gets the paths that are read. */
  readonly referenced: Set<string>;
}

async function varsFilesOf(
  value: readonly Value[],
  place: Place,
  { reading, deep, folder, referenced }: VarsFiles,
): Promise<Variables> {
  let variables: Variables = new Map();
  for (const one of value) {
    const path = typeof one === 'string' ? reading.files.within(one, folder) : undefined;
    if (path === undefined || reading.files.kind(path) === undefined) {
      const message = 'vars_files names a file that is not in the set-up';
      reading.findings.add('untranslated', place, message);
    } else {
      referenced.add(path);
      variables = combine(variables, await readVariables(path, reading), deep);
    }
  }
  return variables;
}

/** A part of a file, whose lines are those of the file. */
export function inPlay(file: YamlFile, value: Value, path: readonly string[]): YamlFile {
  return { value, lineOf: (...rest) => file.lineOf(...path, ...rest) };
}
