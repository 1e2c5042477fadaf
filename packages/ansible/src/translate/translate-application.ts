/** The sections application and release: what the roles web and nvm deployed. */
import { quoteText } from '@fairness-deploy/environment-file';
import type { Text } from '@fairness-deploy/shell/secret';
import type { SetUp } from '../set-up/read-set-up.js';
import { applicationFiles } from './application-files.js';
import { compact, literal, type Config, type ConfigValue } from './configuration.js';
import { generationOf } from './generations.js';
import type { HostScope } from './host-scope.js';
import { findPrograms, type FoundProgram } from './programs.js';
import { DATABASE, referenceVariables, SECRETS } from './references.js';
import type { SecretValues } from './secret-values.js';

/** What the sections about the application are made of. */
export interface ApplicationParts {
  readonly setUp: SetUp;
  readonly name: string;
  readonly scope: HostScope;
  readonly secrets: SecretValues;
  readonly logins: readonly string[];
}

export interface TranslatedApplication {
  readonly application: Config;
  readonly release: Config;
  readonly vars: Config;
  readonly checkout: string | undefined;
  /** The port of a site for the API as the client's own server asks it, where it does. */
  readonly internalPort: number | undefined;
}

/** URL paths of the programs, and the paths that answer 200 to anybody. */
const ROUTES: Readonly<Record<string, string>> = { client: '/', 'client-proxy': '/', api: '/api' };
const HEALTH: Readonly<Record<string, string>> = {
  ...{
    client: '/login',
    'client-proxy': '/login',
    'client-legacy': '/login',
    'client-kit': '/login',
  },
  api: '/api/',
};

/**
 * A preload of Node.js: the application of the roles listens where it likes. Two releases run side by side
 * during a deployment, so each process must listen where its variables say.
 */
const LISTEN = `const { Server } = require('net');
const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  const { PORT, HOST } = process.env;
  return listen.call(this, PORT, HOST, ...given.filter((one) => typeof one === 'function'));
};
`;

export function translateApplication(parts: ApplicationParts): TranslatedApplication | undefined {
  const { setUp, name, scope, secrets, logins } = parts;
  const generation = generationOf((variable) => scope.has(variable));
  const checkout = scope.plain('workdir');
  const programs = findPrograms(setUp, scope, generation, checkout);
  const repository = scope.text('git_repo');
  if (programs.length === 0 && repository === undefined) return undefined;
  const revision = scope.plain('git_version');
  const internalPort = internalPortOf(scope, programs);
  const vars = compact({
    git_version: revision === undefined ? undefined : literal(revision),
    api_url: literalOf(scope.plain('api_url')),
  });
  const known = knownReferences(scope, internalPort);
  for (const variable of SECRETS) keepSecret(variable, scope, secrets, known);
  const references = referenceVariables(scope, secrets, known);
  const files = applicationFiles({ setUp, scope, generation, checkout, references });
  if (programs.length > 0) {
    files['listen.js'] = { content: LISTEN };
    scope.findings.add(
      'check',
      scope.placeOf('workdir'),
      'each process listens on the port of its variable PORT, by the file listen.js that its command loads; and the paths of the health checks are guessed',
      'read application.processes; a program that reads PORT itself needs no listen.js',
    );
  }
  const env = commonEnv(programs);
  return {
    application: compact({
      name,
      // The user of a login can't be the one that the application runs as.
      user: logins.includes(name) ? `${name}-app` : undefined,
      node: nodeVersion(scope),
      env: mapValues(env, literal),
      processes: Object.fromEntries(
        programs.map((program) => [program.name, processOf(program, programs, env)]),
      ),
    }),
    release: compact({
      repository: repository === undefined ? undefined : repositoryOf(repository, secrets),
      revision: revision === undefined ? undefined : '${vars.git_version}',
      ...(generation && {
        install: generation.install,
        build: 'make build',
        migrate: 'make database-migrate',
      }),
      ...(generation && { migrations: 'server/migrations', shared: ['server/uploads'] }),
      files,
    }),
    ...{ vars, checkout, internalPort },
  };
}

/** A password within the URL is a secret, also where the set-up has it in plain text. */
function repositoryOf(repository: string | Text, secrets: SecretValues): string {
  const found =
    typeof repository === 'string' ? /^(\w+:\/\/[^/:@]*:)([^/@]+)(@.*)$/.exec(repository) : null;
  if (!found) return secrets.refer(repository);
  const [, before = '', token = '', behind = ''] = found;
  return `${literal(before)}${secrets.keep('git_token', token)}${literal(behind)}`;
}

function literalOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : literal(text);
}

/** `v14.15.4` of nvm; what is no exact version is a finding. */
function nodeVersion(scope: HostScope): string | undefined {
  const version = scope.plain('nvm_node_version');
  scope.use('nvm_version', 'nvm_home', 'nvm_root');
  if (version === undefined) return undefined;
  const found = /^v?(\d+(?:\.\d+){0,2}|lts)(?:\/\*)?$/.exec(version.trim())?.[1];
  if (found === undefined) {
    scope.findings.add(
      'untranslated',
      scope.placeOf('nvm_node_version'),
      `the version of Node.js ${quoteText(version)}`,
      'application.node is an exact version, such as 14.15.4, or lts',
    );
  }
  return found;
}

/** The client's server asks the API on its port, which changes with each release: nginx gets one for it. */
function internalPortOf(scope: HostScope, programs: readonly FoundProgram[]): number | undefined {
  const url = scope.plain('api_url_ssr');
  const port = /^http:\/\/(?:localhost|127\.0\.0\.1):(\d+)\//.exec(url ?? '')?.[1];
  const api = programs.find((program) => program.port === Number(port));
  if (port === undefined || !api) return undefined;
  let free = Number(port) + 2;
  while (programs.some((program) => program.port === free)) free += 1;
  scope.findings.add(
    'replaced',
    scope.placeOf('api_url_ssr'),
    `api_url_ssr is http://127.0.0.1:${String(free)}: nginx leads it to the live release, as the port of a process changes with each deployment`,
  );
  return free;
}

function knownReferences(scope: HostScope, internalPort: number | undefined): Map<string, string> {
  const known = new Map<string, string>();
  for (const [variable, value] of Object.entries(DATABASE))
    if (scope.has(variable)) known.set(variable, `\${postgres.${value}}`);
  if (scope.has('api_url')) known.set('api_url', '${vars.api_url}');
  const ssr = scope.plain('api_url_ssr');
  if (ssr !== undefined && internalPort !== undefined) {
    known.set(
      'api_url_ssr',
      literal(ssr.replace(/^http:\/\/[^/]+/, `http://127.0.0.1:${String(internalPort)}`)),
    );
  }
  return known;
}

function keepSecret(
  variable: string,
  scope: HostScope,
  secrets: SecretValues,
  known: Map<string, string>,
): void {
  const value = scope.text(variable);
  if (value === undefined) return;
  const reference = secrets.keep(variable, value);
  if (!known.has(variable)) known.set(variable, reference);
}

/** What all programs get. */
function commonEnv(programs: readonly FoundProgram[]): Readonly<Record<string, string>> {
  const [first, ...others] = programs;
  if (!first) return {};
  const env = { HOST: '127.0.0.1', NODE_ENV: 'production' };
  const entries = Object.entries({ ...env, ...first.env });
  return Object.fromEntries(
    entries.filter(
      ([key, value]) =>
        others.every((program) => !(key in program.env) || program.env[key] === value) &&
        (key in env ||
          others.length === 0 ||
          others.every((program) => program.env[key] === value)),
    ),
  );
}

function processOf(
  program: FoundProgram,
  all: readonly FoundProgram[],
  common: Readonly<Record<string, string>>,
): Config {
  const { name, directory, command, port } = program;
  const up = directory === '' ? './' : '../'.repeat(directory.split('/').length);
  const route = ROUTES[name];
  const env = Object.entries(program.env).filter(([key, value]) => common[key] !== value);
  return compact({
    command:
      port === undefined ? command : command.replace(/^node (?=\S)/, `node -r ${up}listen.js `),
    directory: directory === '' ? undefined : directory,
    port,
    route: port === undefined ? undefined : route,
    health: port === undefined ? undefined : HEALTH[name],
    // Another program's port is that of the same release.
    env: Object.fromEntries(
      env.map(([key, value]) => {
        const other = all.find(
          (one) => one.name !== name && one.port !== undefined && String(one.port) === value,
        );
        return [key, other ? `\${ports.${other.name}}` : literal(value)];
      }),
    ),
  });
}

function mapValues(
  map: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, ConfigValue> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
