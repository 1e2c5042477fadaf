import { Text } from '@fairness-deploy/shell/secret';
import { SetUpFiles } from '../file/set-up-files.js';
import { Findings } from '../finding/finding.js';
import { readInventory } from '../inventory/read-inventory.js';
import { readConfiguration } from '../set-up/configuration.js';
import { isList, isMap, type Value } from '../value/value.js';
import { hostVariables } from '../variables/host-variables.js';
import { VaultPasswords } from '../vault/vault-passwords.js';
import { VAULTS } from './notations.js';

/** What we read: the groups with their hosts and children, and the variables of each host, as JSON. */
export interface ReadInventory {
  readonly groups: Readonly<
    Record<string, { hosts: readonly string[]; children: readonly string[] }>
  >;
  readonly hosts: Readonly<Record<string, unknown>>;
}

/** Reads the inventory of a set-up for comparing it; secrets are shown, as they are the test's own. */
export async function inventoryOf(
  folder: string,
  sources: readonly string[],
): Promise<ReadInventory> {
  const files = new SetUpFiles(folder);
  const findings = new Findings();
  const passwords = new VaultPasswords(
    Object.entries(VAULTS).map(([label, password]) => ({
      label,
      password: { bytes: Buffer.from(password), from: label },
    })),
  );
  const reading = { files, findings, passwords };
  const { deep } = readConfiguration(files, findings);
  const inventory = await readInventory(sources, reading);
  const variables = await hostVariables({ inventory, sources, playbook: '.', deep }, reading);
  return {
    groups: Object.fromEntries(
      [...inventory.groups.values()]
        .map(
          ({ name, hosts, children }) =>
            [
              name,
              { hosts: name === 'all' ? [] : [...hosts].sort(), children: [...children].sort() },
            ] as const,
        )
        .filter(([, { hosts, children }]) => hosts.length + children.length > 0)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    ),
    hosts: Object.fromEntries(
      [...inventory.hosts.keys()]
        .sort()
        .map((name) => [
          name,
          Object.fromEntries(
            [...(variables.get(name) ?? [])]
              .sort(([one], [other]) => (one < other ? -1 : 1))
              .map(([key, { value }]) => [key, asJson(value)]),
          ),
        ]),
    ),
  };
}

export function asJson(value: Value): unknown {
  if (value instanceof Text) return value.reveal();
  if (isMap(value))
    return Object.fromEntries(
      [...value]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, each]) => [key, asJson(each)]),
    );
  return isList(value) ? value.map(asJson) : value;
}
