/** The variables of each host, as Ansible's precedence has them. */
import { join } from 'node:path';
import type { Inventory } from '../inventory/inventory.js';
import { folderOfSource } from '../inventory/read-inventory.js';
import { combine, type Variables } from '../value/value.js';
import { readVariables, type Reading } from '../vault/read-variables.js';
import { varsFiles } from './vars-files.js';

export interface VariableSources {
  readonly inventory: Inventory;
  /** The inventory's files and folders, in their order. */
  readonly sources: readonly string[];
  /** The folder of the playbook, whose group_vars and host_vars win over those of the inventory. */
  readonly playbook: string;
  /** hash_behaviour = merge: maps are merged, not replaced. */
  readonly deep: boolean;
}

/**
 * Reads group_vars and host_vars, and gives the variables of all hosts: `all` first, then the groups from
 * the outermost inwards, then the host; in each, the inventory, what is beside it, what is beside the
 * playbook (docs.ansible.com, "Understanding variable precedence", 3 to 10).
 *
 * @throws ImportError
 */
export async function hostVariables(
  { inventory, sources, playbook, deep }: VariableSources,
  reading: Reading,
): Promise<ReadonlyMap<string, Variables>> {
  const beside = [...new Set(sources.map((source) => folderOfSource(source, reading)))];
  const read = cachedReader(reading);
  const fromFiles = async (folders: readonly string[], kind: string, names: readonly string[]) => {
    const all: Variables[] = [];
    for (const folder of folders) {
      for (const name of names) all.push(...(await read(join(folder, kind), name)));
    }
    return all;
  };
  const result = new Map<string, Variables>();
  for (const { name, variables } of inventory.hosts.values()) {
    const groups = inventory.groupsOf(name);
    const names = groups.map((group) => group.name);
    const layers: readonly Variables[] = [
      inventory.groups.get('all')?.variables ?? new Map(),
      ...(await fromFiles(beside, 'group_vars', ['all'])),
      ...(await fromFiles([playbook], 'group_vars', ['all'])),
      ...groups.map((group) => group.variables),
      ...(await fromFiles(beside, 'group_vars', names)),
      ...(await fromFiles([playbook], 'group_vars', names)),
      variables,
      ...(await fromFiles(beside, 'host_vars', [name])),
      ...(await fromFiles([playbook], 'host_vars', [name])),
    ];
    result.set(
      name,
      layers.reduce<Variables>((before, after) => combine(before, after, deep), new Map()),
    );
  }
  return result;
}

/** Each file is read once, however many hosts it is for. */
function cachedReader(reading: Reading) {
  const found = new Map<string, Promise<readonly Variables[]>>();
  return (folder: string, name: string): Promise<readonly Variables[]> => {
    const key = JSON.stringify([folder, name]);
    const before = found.get(key);
    if (before) return before;
    const files = varsFiles(folder, name, reading.files, reading.findings);
    const variables = Promise.all(files.map((file) => readVariables(file, reading)));
    found.set(key, variables);
    return variables;
  };
}
