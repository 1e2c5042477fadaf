import { changeYaml, type YamlChange } from '@fairness-deploy/environment-file';
import type { LoadedEnvironment } from '../../../environment/load-environment.js';
import { askPlugin } from '../../../plugin/ask-plugin.js';
import { copiedAddress, copiedName, copiedUrl, type Names } from './copied-names.js';
import { resourcesOf, type EnvironmentOptions } from './options.js';

/** The names of the first environment, and what becomes of them. */
export function namesOf({ environment }: LoadedEnvironment, options: EnvironmentOptions): Names {
  const url = copyUrl(environment.url, options);
  return {
    environment: options.name,
    ...(environment.url !== undefined && { from: new URL(environment.url).hostname }),
    ...(url !== undefined && { to: new URL(url).hostname }),
  };
}

function copyUrl(url: string | undefined, options: EnvironmentOptions): string | undefined {
  if (options.url !== undefined || url === undefined) return options.url;
  return copiedUrl(url, { environment: options.name });
}

/**
 * What a copy says of itself, and its variables: those that hold a domain, an address or the URL of the first
 * environment.
 *
 * @param text of the first one's file
 * @param vars the variables of the first one, as its files have them
 */
export function introducedCopy(
  text: string,
  loaded: LoadedEnvironment,
  vars: Readonly<Record<string, unknown>>,
  options: EnvironmentOptions,
): string {
  const { environment } = loaded;
  const names = namesOf(loaded, options);
  const known = new Set([
    ...environment.hosts.map(({ address }) => address).filter((address) => address.includes('.')),
    ...domainsOf(loaded).flatMap(({ domains }) => domains),
    ...(names.from === undefined ? [] : [names.from]),
  ]);
  const resources = resourcesOf(options);
  return changeYaml(text, [
    {
      path: ['description'],
      value: options.description ?? `${options.name}, made from ${environment.name}`,
    },
    ...(resources ? [{ path: ['resources'], value: resources }] : []),
    ...Object.entries(vars).flatMap(([name, value]) => {
      if (typeof value !== 'string') return [];
      const copy =
        value === environment.url
          ? copyUrl(value, options)
          : known.has(value)
            ? copiedAddress(value, names)
            : undefined;
      return copy === undefined ? [] : [{ path: ['vars', name], value: copy }];
    }),
  ]);
}

/**
 * The copy without what it still has in common with the first environment and must not: its URL, the addresses
 * of its hosts, and its domains. It need not matter from which file the first one has them.
 *
 * @param text of the copy, as introducedCopy() makes it
 * @param copy the environment that this text makes
 * @throws Error when `--host` gives one address, and the copy does not have one host.
 */
export function separatedCopy(
  text: string,
  first: LoadedEnvironment,
  copy: LoadedEnvironment,
  options: EnvironmentOptions,
): string {
  const names = namesOf(first, options);
  const url = copyUrl(first.environment.url, options);
  const isSameUrl = copy.environment.url === first.environment.url;
  const { user } = options;
  return changeYaml(text, [
    ...(url !== undefined && (isSameUrl || options.url !== undefined)
      ? [{ path: ['url'], value: url }]
      : []),
    ...addressChanges(first, copy, options, names),
    ...(user === undefined
      ? []
      : copy.environment.hosts.map(({ name }) => ({ path: ['hosts', name, 'user'], value: user }))),
    ...domainChanges(first, copy, names),
  ]);
}

function addressChanges(
  first: LoadedEnvironment,
  { environment: { hosts } }: LoadedEnvironment,
  { host: given }: EnvironmentOptions,
  names: Names,
): readonly YamlChange[] {
  if (given !== undefined && hosts.length !== 1) {
    throw new Error(
      `Cannot give the copy the address "${given}": it has ${String(hosts.length)} hosts`,
    );
  }
  return hosts.flatMap(({ name, address }) => {
    const before = first.environment.hosts.find((one) => one.name === name)?.address;
    // A sandbox or a virtual machine has no address: its name stands for it.
    const isReached = address !== name || name.includes('.');
    if (given === undefined && (!isReached || address !== before)) return [];
    return [{ path: ['hosts', name, 'address'], value: given ?? copiedAddress(address, names) }];
  });
}

function domainChanges(
  first: LoadedEnvironment,
  copy: LoadedEnvironment,
  names: Names,
): readonly YamlChange[] {
  const taken = new Set(domainsOf(first).flatMap(({ domains }) => domains));
  return domainsOf(copy).flatMap(({ path, domains }) =>
    domains.some((domain) => taken.has(domain))
      ? [
          {
            path,
            value: domains.map((domain) =>
              taken.has(domain) ? copiedName(domain, names) : domain,
            ),
          },
        ]
      : [],
  );
}

/** All domains of an environment, by the key path of their list. */
function domainsOf({ environment, plugins }: LoadedEnvironment) {
  return plugins.flatMap((plugin) => {
    const { section } = plugin;
    const own = askPlugin(section, 'its function "domains"', () =>
      plugin.domains?.(environment.sections[section]),
    );
    return (own ?? []).map(({ path, domains }) => ({
      path: [section, ...path.map(String)],
      domains,
    }));
  });
}
