/** Inventories in YAML. */
import { quoteText } from '@fairness-deploy/environment-file';
import type { Findings } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';
import type { YamlFile } from '../value/read-yaml.js';
import { isMap, nameSecrets, type Value, type ValueMap } from '../value/value.js';
import { expandHostPattern } from './host-range.js';
import type { Inventory } from './inventory.js';

/** Adds a YAML inventory. @throws ImportError with the line where Ansible would refuse it. */
export function readYamlInventory(
  { value, lineOf }: YamlFile,
  file: string,
  inventory: Inventory,
  findings: Findings,
): void {
  const placeOf = (...path: readonly string[]) => ({ file, line: lineOf(...path) });
  if (!isMap(value)) throw errorAt({ file, line: 1 }, 'an inventory is a map of groups');

  const readGroup = (name: string, data: Value, path: readonly string[]): void => {
    const place = placeOf(...path);
    if (data !== null && !isMap(data)) {
      findings.add('untranslated', place, `${quoteText(name)} is no group: it holds no map`);
      return;
    }
    inventory.addGroup(name, place);
    for (const [key, given] of data ?? []) {
      const content = sectionOf(key, given, () =>
        errorAt(placeOf(...path, key), `"${key}" of a group holds no map`),
      );
      if (content === null) continue;
      if (content === undefined) {
        const message = `${quoteText(key)} of the group ${quoteText(name)} is neither hosts, children nor vars`;
        findings.add('untranslated', placeOf(...path, key), message);
      } else if (key === 'vars') {
        for (const [variable, each] of content) {
          const at = placeOf(...path, key, variable);
          inventory.setGroupVariable(name, variable, {
            value: nameSecrets(each, variable),
            place: at,
          });
        }
      } else if (key === 'children') {
        for (const [child, each] of content) {
          readGroup(child, each, [...path, key, child]);
          if (inventory.groups.has(child)) {
            inventory.addChild(name, child, placeOf(...path, key, child));
          }
        }
      } else {
        for (const [pattern, each] of content)
          readHosts(name, pattern, each, [...path, key, pattern]);
      }
    }
  };

  const readHosts = (
    group: string,
    pattern: string,
    data: Value,
    path: readonly string[],
  ): void => {
    const place = placeOf(...path);
    const { names, port } = expandHostPattern(pattern, place);
    if (data !== null && !isMap(data)) {
      throw errorAt(place, `the host ${quoteText(pattern)} holds no map of variables`);
    }
    for (const name of names) {
      const host = inventory.addHost(name, group, port, place);
      for (const [key, each] of data ?? []) {
        host.variables.set(key, { value: nameSecrets(each, key), place: placeOf(...path, key) });
      }
    }
  };

  for (const [name, data] of value) readGroup(name, data, [name]);
}

/** @returns null for an empty section, undefined for an unknown one. */
function sectionOf(key: string, value: Value, refuse: () => Error): ValueMap | null | undefined {
  if (!['hosts', 'children', 'vars'].includes(key)) return value === null ? null : undefined;
  if (value === null || isMap(value)) return value;
  // Ansible takes a text for a map with that key.
  if (typeof value === 'string') return new Map([[value, null]]);
  throw refuse();
}
