import { resolve } from 'node:path';
import { maskedSecret, type SecretStore } from '@fairness-deploy/secrets';
import {
  didYouMean,
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
import { expandHome } from '@fairness-deploy/shell/client';
import { type Secret } from '@fairness-deploy/shell/secret';
import { loadPlugins } from '../plugin/load-plugins.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { Plugin, PluginIssue } from '../plugin/plugin.js';
import { environmentOn } from '../inventory/environment-on.js';
import { isOn } from '../inventory/roles.js';
import { applicationSchema, type Application } from '../inventory/application-schema.js';
import { CORE_SCHEMAS } from '../inventory/core-schemas.js';
import type { Environment } from '../inventory/environment.js';
import { hostsSchema, type Host } from '../inventory/host-schema.js';
import { Sections } from './sections.js';
import type { LoadOptions } from './load-options.js';
import { readAbout } from './read-about.js';
import { readSecrets } from './read-secrets.js';
import { unknownSection } from './unknown-section.js';
import { validate, type ValueOrigin } from './validate.js';
import { withNodeMirror } from './with-node-mirror.js';

/** An environment and the plugins whose section it has. */
export interface LoadedEnvironment {
  readonly environment: Environment;
  readonly plugins: readonly Plugin[];
  /** The secrets to mask in the output of hosts: all except those that aren't confidential. */
  readonly secrets: readonly Secret[];
  /**
   * A secret that a plugin needs, by its name. @throws SecretsError or RangeError when it can't be
   * opened.
   */
  readonly secret: (name: string) => Secret;
}

const OWN_KEYS = Object.keys(CORE_SCHEMAS);

/**
 * Reads an environment's files, fills in variables and secrets and checks the whole. Contacts no
 * host.
 *
 * @throws EnvironmentError that lists all errors in the files.
 * @throws PluginError when a plugin whose section is used can't be loaded.
 * @throws SecretsError when secrets are needed and can't be opened.
 */
export async function loadEnvironment(
  reference: EnvironmentReference,
  options: LoadOptions = {},
): Promise<LoadedEnvironment> {
  const { name, workspace, folder, file } = findEnvironment(
    reference,
    options.source && ((path) => 'text' in (options.source?.(path) ?? {})),
  );
  const problems: Problem[] = [];
  const report = firstOfEach((problem) => void problems.push(problem));
  const stopIfWrong = (): void => {
    if (problems.length > 0) throw new EnvironmentError(name, workspace, problems);
  };

  const root = readWithExtends(file, workspace, report, options.source);
  if (root === undefined) throw new EnvironmentError(name, workspace, problems);
  const keys = [...root.entries.keys()].filter((key) => !OWN_KEYS.includes(key));
  const { plugins, sections: installed } = options.plugins
    ? { plugins: options.plugins, sections: options.plugins.map(({ section }) => section) }
    : loadPlugins(workspace, keys);
  for (const key of keys) {
    if (installed.includes(key)) continue;
    const place = root.entries.get(key)?.place ?? root.place;
    report({ ...unknownSection(key, [...OWN_KEYS, ...installed], workspace), place });
  }

  const origin = { root, report };
  const place = { environment: name, workspace, folder };
  const used = plugins.filter(({ section }) => root.entries.has(section));
  const { section: declared, store: secrets } = await readSecrets(origin, place, {
    ...options,
    needed: used.some((plugin) => plugin.secrets !== undefined),
  });
  const sections = new Sections(origin, place, used, secrets, options.section);
  const about = readAbout(sections, origin);
  const hosts = validate(hostsSchema, sections.value('hosts'), ['hosts'], origin);
  const application = root.entries.has('application')
    ? validate(applicationSchema, sections.value('application'), ['application'], origin)
    : undefined;
  const outputs = Object.fromEntries(
    used.map((plugin) => [plugin.section, sections.output(plugin)?.output]),
  );
  const on = Object.fromEntries(
    used.flatMap(({ section }) => {
      const roles = sections.on(section);
      return roles ? [[section, roles]] : [];
    }),
  );
  if (hosts) refuseUnknownRoles(hosts.output, on, application?.output, origin);
  if (hosts && application) refuseLoginAsApplication(hosts.output, application.output, origin);
  stopIfWrong();

  const described: Environment = {
    name,
    workspace,
    folder,
    ...about,
    hosts: (hosts?.output ?? []).map((host) => withIdentityFile(host, folder)),
    ...(application === undefined ? {} : { application: application.output }),
    sections: outputs,
    ...(Object.keys(on).length > 0 && { on }),
  };
  const environment = withNodeMirror(described, used);
  for (const plugin of options.validates === false ? [] : used) {
    for (const { within = plugin.section, ...issue } of issuesOf(plugin, environment, used)) {
      report(placed(issue, within, root));
    }
  }
  refuseWithoutSecrets(used, outputs, secrets, origin);
  stopIfWrong();
  const isMasked = ({ name: secret }: Secret): boolean =>
    maskedSecret(ownEntry(declared.names, secret));
  return {
    environment,
    plugins: used,
    secrets: secrets.secrets.filter(isMasked),
    secret: (name) => secrets.get(name),
  };
}

/**
 * The errors of the whole environment, and those of each host with its own sections and processes.
 */
function issuesOf(
  plugin: Plugin,
  environment: Environment,
  plugins: readonly Plugin[],
): readonly PluginIssue[] {
  const { section } = plugin;
  const validate = (of: Environment): readonly PluginIssue[] =>
    askPlugin(section, 'its function "validate"', () =>
      plugin.validate?.(
        environment.sections[section],
        of,
        plugins.filter((one) => one.section in of.sections),
      ),
    ) ?? [];
  const whole = validate(environment);
  const known = new Set(whole.map(({ message }) => message));
  const ofHosts = environment.hosts
    .filter((host) => isOn(environment.on?.[section], host))
    .flatMap((host) =>
      validate(environmentOn(environment, host))
        .filter(({ message }) => !known.has(message))
        .map(({ message, hint, ...issue }) => ({
          ...issue,
          message: `${message}, on the host ${host.name}`,
          hint: `${hint === undefined ? '' : `${hint}; or `}say for which hosts it is: on: <role>`,
        })),
    );
  return [...whole, ...ofHosts];
}

/** The secrets that plugins themselves need. */
function refuseWithoutSecrets(
  plugins: readonly Plugin[],
  outputs: Readonly<Record<string, unknown>>,
  secrets: SecretStore,
  { root, report }: ValueOrigin,
): void {
  for (const plugin of plugins) {
    const { section } = plugin;
    const needed = askPlugin(section, 'its function "secrets"', () =>
      plugin.secrets?.(outputs[section]),
    );
    for (const { name, description, bytes } of needed ?? []) {
      if (secrets.has(name)) continue;
      const random =
        bytes === undefined ? '' : `, such as what this prints: openssl rand -hex ${String(bytes)}`;
      report({
        ...{ path: [section], place: placeOf(root, [section]) },
        message: `it needs the secret "${name}", which is missing: ${description}`,
        hint: `${secrets.hint(name)}${random}`,
      });
    }
  }
}

/** A role in `on` that no host has is a mistake: no host would get the section. */
function refuseUnknownRoles(
  hosts: readonly Host[],
  on: NonNullable<Environment['on']>,
  application: Application | undefined,
  { root, report }: ValueOrigin,
): void {
  const known = [...new Set(hosts.flatMap(({ roles = [] }) => roles))];
  const used = [
    ...Object.entries(on).map(([section, roles]) => ({ path: [section, 'on'], roles })),
    ...(application?.processes ?? []).map(({ name, on: roles = [] }) => ({
      ...{ path: ['application', 'processes', name, 'on'], roles },
    })),
    ...(application?.schedules ?? []).map(({ name, on: roles = [] }) => ({
      ...{ path: ['application', 'schedules', name, 'on'], roles },
    })),
  ];
  for (const { path, roles } of used) {
    for (const role of roles.filter((one) => !known.includes(one))) {
      report({
        ...{ path, place: placeOf(root, path) },
        message: `no host has the role "${role}"`,
        hint: didYouMean(role, known) ?? `give it to a host: roles: [${role}]`,
      });
    }
  }
}

/**
 * A login is no user for an application: an intruder in the application would get all its rights.
 */
function refuseLoginAsApplication(
  hosts: readonly Host[],
  { user }: Application,
  { root, report }: ValueOrigin,
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

/** One error for each place and path: the errors that follow from it would only hide it. */
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
  const file = expandHome(host.identityFile);
  return { ...host, identityFile: resolve(folder, file) };
}

function placed(issue: Issue, section: string, root: LocatedMap): Problem {
  const path = [section, ...issue.path];
  return { ...issue, path, place: placeOf(root, path) };
}
