/** Reads a whole set-up: its environments, with the variables of each host as the roles would see them. */
import { dirname, join, resolve } from 'node:path';
import type { askHidden } from '@fairness-deploy/secrets/vault';
import { SetUpFiles } from '../file/set-up-files.js';
import type { MakefileOption } from '../file/read-makefile.js';
import { readVagrantfile, type VagrantMachine } from '../file/read-vagrantfile.js';
import { Findings, type Place } from '../finding/finding.js';
import type { Inventory } from '../inventory/inventory.js';
import { readInventory } from '../inventory/read-inventory.js';
import { readPlaybooks, type Playbooks } from '../playbook/read-playbooks.js';
import { pythonValue } from '../value/python-literal.js';
import { combine, type Variables } from '../value/value.js';
import { hostVariables } from '../variables/host-variables.js';
import { findPasswords, type PasswordSource } from '../vault/find-passwords.js';
import type { Reading } from '../vault/read-variables.js';
import { VaultPasswords, type VaultPassword } from '../vault/vault-passwords.js';
import { readConfiguration, type Configuration } from './configuration.js';
import { extraVariables, makefileOptions } from './extra-variables.js';
import { findEnvironments, type FoundEnvironment } from './find-environments.js';

/** What the user says about a set-up. */
export interface SetUpOptions {
  /** Absolute, or relative to the working directory. */
  readonly folder: string;
  readonly inventory?: readonly string[];
  readonly extraVars?: readonly string[];
  /** Files, relative to the working directory. */
  readonly vaultPasswordFile?: readonly string[];
  /** `label@file` or `label@prompt`. */
  readonly vaultId?: readonly string[];
  readonly ask?: typeof askHidden;
}

export interface SetUpHost {
  readonly name: string;
  readonly place: Place;
  /** Its groups without `all` and `ungrouped`. */
  readonly groups: readonly string[];
  readonly variables: Variables;
}

export interface SetUpEnvironment {
  readonly name: string;
  readonly hosts: readonly SetUpHost[];
  readonly inventory: Inventory;
  /** The passwords that opened something of it. */
  readonly passwords: readonly VaultPassword[];
  readonly vagrant?: VagrantMachine;
  readonly folder: string;
}

export interface SetUp {
  readonly files: SetUpFiles;
  readonly findings: Findings;
  readonly playbooks: Playbooks;
  readonly environments: readonly SetUpEnvironment[];
  /** All passwords that were found. */
  readonly passwords: readonly VaultPassword[];
}

/** @throws ImportError with file and line when a file can't be read, or Ansible would refuse it. */
export async function readSetUp(options: SetUpOptions): Promise<SetUp> {
  const files = new SetUpFiles(resolve(options.folder));
  const findings = new Findings();
  const configuration = readConfiguration(files, findings);
  const found = findEnvironments(
    files,
    { named: options.inventory ?? [], configured: configuration.inventory },
    findings,
  );
  const calls = new Map(found.map(({ name }) => [name, makefileOptions(files, name, findings)]));
  const sources = [
    ...passwordSources(options, process.cwd()),
    ...[...calls.values()].flat().flatMap((option) => ofMakefile(option, files.root)),
    ...configuration.vaultIds.map(({ id, place }) => ({ id, from: files.root, place })),
  ];
  const passwords = new VaultPasswords(await findPasswords(sources, files, findings, options.ask));
  const reading: Reading = { files, findings, passwords };
  const playbooks = await readPlaybooks(
    reading,
    configuration.roles,
    configuration.deep,
    found.flatMap(({ sources: own }) => own),
  );
  passwords.takeUsed();
  const environments: SetUpEnvironment[] = [];
  for (const one of found) {
    const extra = await extraVariables(
      one,
      calls.get(one.name) ?? [],
      options.extraVars ?? [],
      reading,
    );
    environments.push(await readEnvironment(one, { configuration, extra, playbooks, reading }));
  }
  return { files, findings, playbooks, environments, passwords: passwords.all };
}

interface Context {
  readonly configuration: Configuration;
  readonly extra: Variables;
  readonly playbooks: Playbooks;
  readonly reading: Reading;
}

async function readEnvironment(
  { name, sources }: FoundEnvironment,
  { configuration, extra, playbooks, reading }: Context,
): Promise<SetUpEnvironment> {
  const { files } = reading;
  const { deep } = configuration;
  const inventory = await readInventory(sources, reading);
  const variables = await hostVariables(
    { inventory, sources, playbook: playbooks.folder, deep },
    reading,
  );
  const connection: Variables = new Map(
    [...configuration.connection].map(([key, { value, place }]) => [
      key,
      { value: pythonValue(value), place },
    ]),
  );
  const hosts = [...inventory.hosts.values()].map((host): SetUpHost => {
    const layers = [
      connection,
      playbooks.defaults,
      variables.get(host.name) ?? new Map(),
      playbooks.variables,
      extra,
    ];
    return {
      ...{ name: host.name, place: host.place },
      groups: inventory
        .groupsOf(host.name)
        .map((group) => group.name)
        .filter((group) => group !== 'ungrouped'),
      variables: layers.reduce<Variables>(
        (before, after) => combine(before, after, deep),
        new Map(),
      ),
    };
  });
  const [source = '.'] = sources;
  const folder = files.kind(source) === 'folder' ? source : dirname(source);
  const vagrantfile = [
    join(folder, 'Vagrantfile'),
    ...(/^(?:vagrant|dev|local)/.test(name) ? ['Vagrantfile'] : []),
  ].find((path) => files.kind(path) !== undefined);
  return {
    ...{ name, hosts, inventory, folder, passwords: reading.passwords.takeUsed() },
    ...(vagrantfile !== undefined && {
      vagrant: readVagrantfile(files.read(vagrantfile), vagrantfile),
    }),
  };
}

function passwordSources(
  { vaultPasswordFile = [], vaultId = [] }: SetUpOptions,
  from: string,
): readonly PasswordSource[] {
  return [...vaultPasswordFile, ...vaultId].map((id) => ({ id, from }));
}

function ofMakefile(
  { name, value, line }: MakefileOption,
  from: string,
): readonly PasswordSource[] {
  if (name !== 'vault-password-file' && name !== 'vault-id') return [];
  return [{ id: value, from, place: { file: 'Makefile', line } }];
}
