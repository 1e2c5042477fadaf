import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { maskedSecret, type SecretsSection, type SecretStore } from '@fairness-deploy/secrets';
import {
  entryAt,
  EnvironmentError,
  type EnvironmentReference,
  findEnvironment,
  type Issue,
  type LocatedMap,
  ownEntry,
  placeOf,
  type Problem,
  readWithExtends,
  type Report,
} from '@fairness-deploy/environment-file';
import { type Secret } from '@fairness-deploy/shell/secret';
import { loadPlugins } from '../plugin/load-plugins.js';
import type { Plugin } from '../plugin/plugin.js';
import { applicationSchema, type Application } from '../inventory/application-schema.js';
import type { Environment } from '../inventory/environment.js';
import { hostsSchema, type Host } from '../inventory/host-schema.js';
import { Sections } from './sections.js';
import { missingOfficialPlugin, OFFICIAL_SECTIONS } from './official-sections.js';
import { readSecrets } from './read-secrets.js';
import { unknownKey } from './schema-issues.js';
import { validate, type Origin } from './validate.js';

export interface LoadOptions {
  /**
   * Opens what `${secrets.name}` stands for, only called when a file refers to a secret or
   * requires one; the environment's secrets.yaml and the variables FAIRNESS_SECRET_<NAME>
   * unless given.
   */
  readonly secrets?: (section: SecretsSection) => SecretStore | Promise<SecretStore>;
  /** Whether a secret that is missing is a mistake; else only using it is. True unless given. */
  readonly requiresSecrets?: boolean;
  /** Says what the user should know of the keys that were found. */
  readonly warn?: (text: string) => void;
  /** Instead of those that nx.json names. */
  readonly plugins?: readonly Plugin[];
}

/** An environment and the plugins whose section it has. */
export interface LoadedEnvironment {
  readonly environment: Environment;
  readonly plugins: readonly Plugin[];
  /** What must not be seen in what hosts print: all secrets but those that aren't confidential. */
  readonly secrets: readonly Secret[];
}

/** The keys of environment.yaml that are not a plugin's. */
const OWN_KEYS = ['extends', 'vars', 'hosts', 'application', 'secrets'];

/**
 * Reads an environment's files, fills in variables and secrets and checks the whole.
 * Nothing is contacted.
 *
 * @throws EnvironmentError that lists everything that is wrong in the files.
 * @throws PluginError when a plugin whose section is used can't be loaded.
 * @throws SecretsError when secrets are needed and can't be opened.
 */
export async function loadEnvironment(
  reference: EnvironmentReference,
  options: LoadOptions = {},
): Promise<LoadedEnvironment> {
  const { name, workspace, folder, file } = findEnvironment(reference);
  const problems: Problem[] = [];
  const report = firstOfEach((problem) => void problems.push(problem));
  const stopIfWrong = (): void => {
    if (problems.length > 0) throw new EnvironmentError(name, workspace, problems);
  };

  const root = readWithExtends(file, workspace, report);
  if (root === undefined) throw new EnvironmentError(name, workspace, problems);
  const keys = [...root.entries.keys()].filter((key) => !OWN_KEYS.includes(key));
  const { plugins, sections: installed } = options.plugins
    ? { plugins: options.plugins, sections: options.plugins.map(({ section }) => section) }
    : loadPlugins(workspace, keys);
  for (const key of keys) {
    if (installed.includes(key)) continue;
    const { path, message, hint } =
      missingOfficialPlugin(key) ??
      unknownKey([key], [...OWN_KEYS, ...installed], OFFICIAL_SECTIONS);
    const place = root.entries.get(key)?.place ?? root.place;
    report({ path, message, ...(hint === undefined ? {} : { hint }), place });
  }

  const origin = { root, report };
  const place = { environment: name, workspace, folder };
  const { section: declared, store: secrets } = await readSecrets(origin, place, options);
  const used = plugins.filter(({ section }) => root.entries.has(section));
  const sections = new Sections(origin, place, used, secrets);
  const hosts = validate(hostsSchema, sections.value('hosts'), ['hosts'], origin);
  const application = root.entries.has('application')
    ? validate(applicationSchema, sections.value('application'), ['application'], origin)
    : undefined;
  const outputs = Object.fromEntries(
    used.map((plugin) => [plugin.section, sections.output(plugin)?.output]),
  );
  if (hosts && application) refuseLoginAsApplication(hosts.output, application.output, origin);
  stopIfWrong();

  const environment: Environment = {
    name,
    workspace,
    folder,
    hosts: (hosts?.output ?? []).map((host) => withIdentityFile(host, folder)),
    ...(application === undefined ? {} : { application: application.output }),
    sections: outputs,
  };
  for (const plugin of used) {
    const issues = plugin.check?.(outputs[plugin.section], environment) ?? [];
    for (const { within = plugin.section, ...issue } of issues) {
      report(placed(issue, within, root));
    }
  }
  stopIfWrong();
  const isMasked = ({ name: secret }: Secret): boolean =>
    maskedSecret(ownEntry(declared.names, secret));
  return { environment, plugins: used, secrets: secrets.secrets.filter(isMasked) };
}

/** What an application can be made to do, it would do with all rights of who looks after the host. */
function refuseLoginAsApplication(
  hosts: readonly Host[],
  { user }: Application,
  { root, report }: Origin,
): void {
  const host = hosts.find((one) => one.user === user);
  if (!host) return;
  const named = ['application', 'user'];
  const path = entryAt(root, named) ? named : ['application', 'name'];
  report({
    path,
    place: placeOf(root, path),
    message: `"${user}" is who logs in on the host ${host.name}, and cannot be the user that the application runs as`,
    hint: 'give the application a user of its own (application.user), which is made when it is not there',
  });
}

/** One problem for each place and path: what follows from it would only hide it. */
function firstOfEach(report: Report): Report {
  const seen = new Set<string>();
  return (problem) => {
    const key = JSON.stringify([problem.place, problem.path]);
    if (!seen.has(key)) report(problem);
    seen.add(key);
  };
}

function withIdentityFile(host: Host, folder: string): Host {
  if (host.identityFile === undefined) return host;
  const file = host.identityFile.replace(/^~(?=\/)/, homedir);
  return { ...host, identityFile: resolve(folder, file) };
}

function placed(issue: Issue, section: string, root: LocatedMap): Problem {
  const path = [section, ...issue.path];
  return { ...issue, path, place: placeOf(root, path) };
}
