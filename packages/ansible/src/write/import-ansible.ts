/** An import: which files it writes into the workspace, and which it leaves alone. */
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import { readSetUp, type SetUpOptions } from '../set-up/read-set-up.js';
import type { Finding } from '../finding/finding.js';
import { tellOfUnread } from '../set-up/unread-files.js';
import { compact, isConfig, type Config } from '../translate/configuration.js';
import { share } from '../translate/share.js';
import { translateSetUp } from '../translate/translate-set-up.js';
import { environmentText } from './environment-text.js';
import { findingsAsMarkdown } from './report.js';
import { choosePassword, sealSecrets, type ChosenPassword } from './seal-secrets.js';

export interface ImportOptions extends SetUpOptions {
  /** The application's name; default: that of its repository. */
  readonly application?: string;
  /** Replaces files that are there. */
  readonly overwrite?: boolean;
}

/** The workspace that an import writes into. */
export interface Target {
  /** Absolute, for the password that it may have. */
  readonly root: string;
  readonly read: (path: string) => string | undefined;
  /** Whether the workspace has the package with this section. */
  readonly hasSection: (section: string) => boolean;
}

export interface WrittenFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly content: string;
}

/** What an import leads to. */
export interface Import {
  readonly application: string;
  readonly files: readonly WrittenFile[];
  /** Files that are there, and stay as they are. */
  readonly kept: readonly string[];
  /** The names of the environments that are written. */
  readonly environments: readonly string[];
  readonly findings: readonly Finding[];
  /** Files in which the password has to be, and where it is from. */
  readonly passwords: readonly { readonly file: string; readonly from: string }[];
}

/**
 * Reads an Ansible set-up and makes the files of its environments. Writes nothing itself.
 *
 * @throws ImportError with file and line where the set-up can't be read.
 */
export async function importAnsible(options: ImportOptions, target: Target): Promise<Import> {
  const setUp = await readSetUp(options);
  const { findings } = setUp;
  const { application, environments } = translateSetUp(setUp, options.application);
  tellOfUnread(setUp.files, findings);
  const all = setUp.environments.flatMap((each) => each.passwords);
  const chosen = new Map<string, ChosenPassword>();
  for (const { name, secrets } of environments) {
    if (secrets.size === 0) continue;
    const own = setUp.environments.find((each) => each.name === name)?.passwords ?? [];
    chosen.set(name, await choosePassword(target.root, name, own, [...all, ...setUp.passwords]));
  }
  const apart =
    new Set([...chosen.values()].map(({ password }) => password.bytes.toString('hex'))).size > 1;
  const configs = new Map(
    environments.map(({ name, config }) => [name, prepared(config, apart && chosen.has(name))]),
  );
  if (!target.hasSection('takeover')) leaveOutTakeover(configs, findings);

  const files: WrittenFile[] = [];
  const kept: string[] = [];
  const write = (path: string, content: string): boolean => {
    if (target.read(path) !== undefined && options.overwrite !== true) kept.push(path);
    else files.push({ path, content });
    return !kept.includes(path);
  };
  const sharedPath = `environments/${application}.yaml`;
  const { shared, own } = share(configs);
  const sharedText = environmentText(
    shared,
    ['', `# What all environments of ${application} have in common.`],
    './environment.schema.json',
  );
  const before = target.read(sharedPath);
  // Somebody has changed the shared file: nobody knows what a new environment would inherit.
  const isShared =
    before === undefined || options.overwrite === true || isDeepStrictEqual(parsed(before), shared);
  const missing = environments.filter(
    ({ name }) =>
      options.overwrite === true ||
      target.read(`environments/${name}/environment.yaml`) === undefined,
  );
  if (before !== undefined && !isShared) kept.push(sharedPath);
  else if (missing.length > 0) write(sharedPath, sharedText);
  for (const { name, secrets } of environments) {
    const config = isShared
      ? { extends: `../${application}.yaml`, ...own.get(name) }
      : (configs.get(name) ?? {});
    if (
      !write(
        `environments/${name}/environment.yaml`,
        environmentText(config, [], '../environment.schema.json'),
      )
    )
      continue;
    const password = chosen.get(name)?.password;
    if (password) write(`environments/${name}/secrets.yaml`, await sealSecrets(secrets, password));
  }
  if (missing.length > 0)
    write(`environments/${application}.import.md`, findingsAsMarkdown(findings.all, application));
  return {
    ...{ application, files, kept },
    environments: missing.map(({ name }) => name),
    findings: findings.all,
    passwords: passwordsToWrite(
      chosen,
      apart,
      missing.map(({ name }) => name),
    ),
  };
}

/** Formatters change the text, and people add comments. */
function parsed(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Different passwords lie in a file of each environment, which git ignores by its name. */
function prepared(config: Config, ownPassword: boolean): Config {
  if (!ownPassword) return config;
  const secrets = config['secrets'];
  const names = isConfig(secrets) ? secrets : {};
  return { ...config, secrets: { ...names, password: { file: 'vault-password' } } };
}

function leaveOutTakeover(
  configs: Map<string, Config>,
  findings: {
    add: (
      kind: 'check',
      place: { file: string; line: number },
      message: string,
      hint: string,
    ) => void;
  },
): void {
  for (const [name, { takeover, ...config }] of configs) {
    if (takeover === undefined) continue;
    configs.set(name, compact(config));
    findings.add(
      'check',
      { file: 'nx.json', line: 0 },
      `the section takeover of ${name} is left out, as nx.json does not name its package`,
      `add "@fairness-deploy/takeover/plugin" to "plugins", and takeover: ${JSON.stringify(takeover)} to ${name}`,
    );
  }
}

function passwordsToWrite(
  chosen: ReadonlyMap<string, ChosenPassword>,
  apart: boolean,
  written: readonly string[],
) {
  const found = new Map<string, string>();
  for (const [name, { password, isInWorkspace }] of chosen) {
    if (!isInWorkspace && written.includes(name))
      found.set(
        apart ? `environments/${name}/vault-password` : 'environments/vault-password',
        password.from,
      );
  }
  return [...found].map(([file, from]) => ({ file, from }));
}
