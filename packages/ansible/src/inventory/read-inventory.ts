import { dirname, join } from 'node:path';
import { isMap } from '../value/value.js';
import { readYamlFile, type Reading } from '../vault/read-variables.js';
import { ImportError } from '../finding/import-error.js';
import { Inventory } from './inventory.js';
import { readIni } from './read-ini.js';
import { readYamlInventory } from './read-yaml-inventory.js';

/** Names in a folder of inventories that Ansible passes over. */
const IGNORED =
  /^\.|^host_vars$|^group_vars$|^vars_plugins$|(?:\.pyc|\.pyo|\.swp|\.bak|~|\.rpm|\.md|\.txt|\.rst|\.orig|\.ini|\.cfg|\.retry)$/;
/** Folders within each other. */
const DEEPEST = 10;

/** The inventory of some sources: files, or folders of files, in this order. @throws ImportError */
export async function readInventory(
  sources: readonly string[],
  reading: Reading,
): Promise<Inventory> {
  const inventory = new Inventory();
  for (const source of sources) await readSource(source, inventory, reading, 0);
  inventory.complete();
  return inventory;
}

/** The folder beside which a source's group_vars and host_vars are. */
export function folderOfSource(source: string, { files }: Reading): string {
  return files.kind(source) === 'folder' ? source : dirname(source);
}

async function readSource(
  source: string,
  inventory: Inventory,
  reading: Reading,
  depth: number,
): Promise<void> {
  const { files, findings } = reading;
  const place = { file: source, line: 0 };
  if (files.leadsOut(source)) {
    findings.add(
      'untranslated',
      place,
      'it leads out of the folder of the set-up, and is not read',
    );
    return;
  }
  switch (files.kind(source)) {
    case undefined:
      findings.add('untranslated', place, 'there is no such inventory');
      return;
    case 'folder':
      if (depth > DEEPEST) {
        findings.add('untranslated', place, 'its folders are too deep');
        return;
      }
      for (const name of files.list(source)) {
        if (name.endsWith('.ini')) {
          const passed = { file: join(source, name), line: 0 };
          findings.add('check', passed, 'Ansible passes over files with this ending in a folder');
        }
        if (IGNORED.test(name)) continue;
        await readSource(join(source, name), inventory, reading, depth + 1);
      }
      return;
    case 'program':
      if (files.read(source).startsWith('#!')) {
        const hint = `ansible-inventory -i ${source} --list --yaml --output hosts.yaml writes what it says now; import that`;
        findings.add(
          'untranslated',
          place,
          'it is a program that prints an inventory: none is run',
          hint,
        );
        return;
      }
      await readFile(source, inventory, reading);
      return;
    case 'file':
      await readFile(source, inventory, reading);
  }
}

async function readFile(file: string, inventory: Inventory, reading: Reading): Promise<void> {
  const { files, findings } = reading;
  const extension = /[^/]\.([^./]+)$/.exec(file)?.[1];
  if (extension === 'toml') {
    findings.add(
      'untranslated',
      { file, line: 0 },
      'it is an inventory in TOML',
      'ansible-inventory --yaml writes it in YAML',
    );
    return;
  }
  const canBeYaml = extension === undefined || ['yaml', 'yml', 'json'].includes(extension);
  const yaml = canBeYaml ? await asYaml(file, reading, extension !== undefined) : undefined;
  if (yaml === undefined) {
    readIni(files.read(file), file, inventory);
    return;
  }
  const { value } = yaml;
  if (isMap(value) && value.has('plugin')) {
    findings.add(
      'untranslated',
      { file, line: yaml.lineOf('plugin') },
      'its hosts come from a plugin (a dynamic inventory)',
      `ansible-inventory -i ${file} --list --yaml --output hosts.yaml writes what it says now; import that`,
    );
    return;
  }
  readYamlInventory(yaml, file, inventory, findings);
}

/** @returns undefined for a file without an ending that is no map: it is INI. */
async function asYaml(file: string, reading: Reading, sure: boolean) {
  try {
    const read = await readYamlFile(file, reading);
    return sure || isMap(read.value) ? read : undefined;
  } catch (error) {
    if (sure || !(error instanceof ImportError)) throw error;
    return undefined;
  }
}
