/** One environment of a set-up as an environment file of ours. */
import { quoteText } from '@fairness-deploy/environment-file';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { SetUp, SetUpEnvironment } from '../set-up/read-set-up.js';
import { compact, type Config, type ConfigValue } from './configuration.js';
import { deployedHosts, onRoles } from './deployed-hosts.js';
import { HostScope } from './host-scope.js';
import { carryOver, tellOfDifferences } from './other-variables.js';
import { describeSecret } from './secret-descriptions.js';
import { SecretValues } from './secret-values.js';
import { translateApplication } from './translate-application.js';
import { translateDatabase } from './translate-database.js';
import { translateHosts } from './translate-hosts.js';
import { translateSites } from './translate-sites.js';

export interface TranslatedEnvironment {
  readonly name: string;
  readonly config: Config;
  readonly secrets: ReadonlyMap<string, Secret>;
}

/** @param application the name of the application */
export function translateEnvironment(
  setUp: SetUp,
  environment: SetUpEnvironment,
  application: string,
): TranslatedEnvironment {
  const { findings } = setUp;
  const secrets = new SecretValues();
  const scopes = environment.hosts.map((host) => new HostScope(host, findings));
  const hosts = translateHosts(environment, scopes, secrets);
  if (Object.keys(hosts).length === 0) {
    findings.add(
      'untranslated',
      { file: environment.folder, line: 0 },
      `the environment ${environment.name} has no host that can be reached`,
    );
  }
  if (environment.vagrant) tellOfMachine(setUp, environment.vagrant);
  const targets = deployedHosts(setUp, scopes);
  const [scope] = targets;
  const sections = scope
    ? translateSections(setUp, environment, { scope, targets, application, secrets })
    : {};
  tellOfDifferences(targets);
  for (const each of scopes) carryOver(each, secrets);
  const config = compact({
    ...pick(sections, ['url', 'vars']),
    hosts,
    secrets: secretsSection(secrets),
    ...without(sections, ['url', 'vars']),
  });
  return { name: environment.name, config: onRoles(config, scopes, targets), secrets: secrets.all };
}

interface Target {
  readonly scope: HostScope;
  readonly targets: readonly HostScope[];
  readonly application: string;
  readonly secrets: SecretValues;
}

function translateSections(
  setUp: SetUp,
  environment: SetUpEnvironment,
  { scope, targets, application: name, secrets }: Target,
): Readonly<Record<string, ConfigValue | undefined>> {
  const logins = targets.flatMap((each) => each.plain('ansible_user') ?? []);
  const translated = translateApplication({ setUp, name, scope, secrets, logins });
  if (!translated) {
    setUp.findings.add(
      'untranslated',
      { file: environment.folder, line: 0 },
      `the environment ${environment.name} has no variable of the roles that are known: only its hosts and its secrets are written`,
    );
    return {};
  }
  const { application, release, vars, checkout, internalPort } = translated;
  const { nginx, certbot, domain, tls } = translateSites(setUp, name, targets, internalPort);
  const { vagrant } = environment;
  const onVagrant = vagrant !== undefined || scope.plain('ansible_user') === 'vagrant';
  const packages = [
    ...new Set([
      'curl',
      'g++',
      'git',
      'make',
      'python3',
      ...setUp.playbooks.packages
        .map((each) => each.name)
        .filter((each) => /^[a-z0-9][a-z0-9.+-]+$/.test(each)),
    ]),
  ].sort();
  return {
    url: urlOf({ tls, domain, api: scope.plain('api_url') }),
    vars,
    application,
    release,
    supervisor: {},
    nginx,
    certbot,
    postgres: translateDatabase(scope, secrets, onVagrant),
    takeover: takeoverOf(scope, checkout),
    server: { packages },
  };
}

function urlOf({
  tls,
  domain,
  api,
}: {
  tls: boolean;
  domain: string | undefined;
  api: string | undefined;
}): string | undefined {
  if (tls && domain !== undefined) return `https://${domain}`;
  const site = /^(https?:\/\/[\w.:-]+)\/api\/?$/.exec(api ?? '')?.[1];
  return site ?? (domain === undefined ? undefined : `http://${domain}`);
}

/** Absolute paths of letters that a configuration format does not act on. */
const CHECKOUT = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@+-]+){2,}$/;

function takeoverOf(scope: HostScope, checkout: string | undefined): Config | undefined {
  if (checkout === undefined) return undefined;
  if (CHECKOUT.test(checkout)) return { checkout };
  scope.findings.add(
    'untranslated',
    scope.placeOf('workdir'),
    `the checkout ${quoteText(checkout)} is no path that can be taken over`,
  );
  return undefined;
}

function tellOfMachine(
  { findings }: SetUp,
  { file, box, memoryMegabytes, processors, others }: NonNullable<SetUpEnvironment['vagrant']>,
): void {
  const machine = [
    box,
    memoryMegabytes === undefined ? undefined : `${String(memoryMegabytes)} MB`,
    processors === undefined ? undefined : `processors: ${String(processors)}`,
  ].filter((one) => one !== undefined);
  findings.add(
    'untranslated',
    { file, line: 0 },
    `the machine (${machine.join(', ')}): its address and login are translated, Vagrant still makes it`,
    'keep the Vagrantfile: vagrant up in its folder, then nx run <environment>:provision',
  );
  for (const { line, text } of others)
    findings.add('untranslated', { file, line }, `the line ${quoteText(text)}`);
}

function secretsSection(secrets: SecretValues): Config {
  const names = [...secrets.all.keys()].map((name): [string, ConfigValue] => [
    name,
    describeSecret(name),
  ]);
  return compact({ names: Object.fromEntries(names) });
}

function pick(
  map: Readonly<Record<string, ConfigValue | undefined>>,
  keys: readonly string[],
): Record<string, ConfigValue | undefined> {
  return Object.fromEntries(keys.map((key) => [key, map[key]]));
}

function without(
  map: Readonly<Record<string, ConfigValue | undefined>>,
  keys: readonly string[],
): Record<string, ConfigValue | undefined> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
