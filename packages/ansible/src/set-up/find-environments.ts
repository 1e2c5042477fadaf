/** Which inventories a set-up has: each is an environment. */
import { basename, dirname, join } from 'node:path';
import { NAME_PATTERN, quoteText } from '@fairness-deploy/environment-file';
import type { SetUpFiles } from '../file/set-up-files.js';
import type { Findings } from '../finding/finding.js';
import { ImportError } from '../finding/import-error.js';

/** An environment's name, and the files or folders of its inventory. */
export interface FoundEnvironment {
  readonly name: string;
  readonly sources: readonly string[];
}

const FOLDERS = ['environments', 'inventories', 'inventory', 'envs', 'env'];
/** In the order in which one is looked for. */
const FILES = ['hosts', 'hosts.yml', 'hosts.yaml', 'hosts.ini', 'inventory', 'inventory.yml'];
const MORE_FILES = [...FILES, 'inventory.yaml', 'inventory.ini'];

/**
 * The inventories that the user names, `name=path` or `path`; else one for each folder or file in
 * `environments` or `inventories`; else that of ansible.cfg, else the file `hosts`.
 *
 * @param configured the inventory of ansible.cfg: paths relative to the set-up
 * @throws ImportError when there is none, or two would have one name.
 */
export function findEnvironments(
  files: SetUpFiles,
  {
    named,
    configured,
  }: { readonly named: readonly string[]; readonly configured: readonly string[] },
  findings: Findings,
): readonly FoundEnvironment[] {
  const found =
    named.length > 0
      ? fromUser(named, files)
      : firstFilled([
          () => FOLDERS.flatMap((folder) => inFolder(folder, files)),
          () =>
            [configured.filter((path) => files.kind(path) !== undefined)]
              .filter(({ length }) => length > 0)
              .map((sources) => ({ name: nameOf(sources[0] ?? ''), sources })),
          () =>
            MORE_FILES.filter((name) => files.kind(name) !== undefined)
              .slice(0, 1)
              .map((name) => ({ name: 'prod', sources: [name] })),
        ]);
  if (found.length === 0) {
    throw new ImportError(
      'Cannot import the set-up: it has no inventory that is found by its name',
      {
        hint: 'name it: --inventory=prod=path/of/hosts, relative to the set-up',
      },
    );
  }
  return withValidNames(found, findings);
}

function firstFilled<T>(ways: readonly (() => readonly T[])[]): readonly T[] {
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

function fromUser(named: readonly string[], files: SetUpFiles): readonly FoundEnvironment[] {
  const byName = new Map<string, string[]>();
  for (const one of named) {
    const [, name, path = one] = /^([\w-]+)=(.+)$/.exec(one) ?? [];
    const inside = files.within(path);
    if (inside === undefined || files.kind(inside) === undefined) {
      throw new ImportError(
        `Cannot import the inventory ${quoteText(path)}: there is no such file in the set-up`,
        {
          hint: 'the path is relative to the folder of the set-up',
        },
      );
    }
    const key = name ?? nameOf(inside);
    byName.set(key, [...(byName.get(key) ?? []), inside]);
  }
  return [...byName].map(([name, sources]) => ({ name, sources }));
}

/** `environments/prod/hosts`, `inventories/prod.yml`, or `inventory/hosts`, which is a single one. */
function inFolder(folder: string, files: SetUpFiles): readonly FoundEnvironment[] {
  if (files.kind(folder) !== 'folder') return [];
  const own = MORE_FILES.find((name) => isFile(join(folder, name), files));
  if (own !== undefined) return [{ name: 'prod', sources: [join(folder, own)] }];
  return files.list(folder).flatMap((name): readonly FoundEnvironment[] => {
    const path = join(folder, name);
    if (/^\.|~$|\.(?:md|txt|bak|cfg)$/.test(name) || ['group_vars', 'host_vars'].includes(name))
      return [];
    if (files.kind(path) !== 'folder') {
      return files.kind(path) === undefined ? [] : [{ name: nameOf(path), sources: [path] }];
    }
    const inside = MORE_FILES.find((each) => files.kind(join(path, each)) !== undefined);
    return inside === undefined ? [] : [{ name, sources: [join(path, inside)] }];
  });
}

function isFile(path: string, files: SetUpFiles): boolean {
  const kind = files.kind(path);
  return kind === 'file' || kind === 'program';
}

/** `environments/prod/hosts.yml` is prod, and so is `inventories/prod.ini`. */
function nameOf(path: string): string {
  const file = basename(path).replace(/\.(?:ya?ml|ini|json)$/, '');
  if (!['hosts', 'inventory'].includes(file)) return file;
  const folder = basename(dirname(path));
  return folder === '.' || FOLDERS.includes(folder) ? 'prod' : folder;
}

function withValidNames(
  found: readonly FoundEnvironment[],
  findings: Findings,
): readonly FoundEnvironment[] {
  const taken = new Set<string>();
  return found.map(({ name, sources }) => {
    const valid = validName(name);
    const [file = ''] = sources;
    if (valid === undefined || taken.has(valid)) {
      throw new ImportError(
        `Cannot import the inventory ${quoteText(file)}: ${valid === undefined ? 'an environment cannot have this name' : `there are two environments with the name ${valid}`}`,
        {
          hint: 'name it: --inventory=<name>=<path>, once for each',
        },
      );
    }
    taken.add(valid);
    if (valid !== name) {
      findings.add(
        'check',
        { file, line: 0 },
        `the environment ${quoteText(name)} has the name ${valid}: lower-case letters, digits and -`,
      );
    }
    return { name: valid, sources };
  });
}

/** A name of ours for one of Ansible's; undefined when nothing is left of it. */
export function validName(name: string): string | undefined {
  const valid = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
    .slice(0, 63);
  return NAME_PATTERN.test(valid) ? valid : undefined;
}
