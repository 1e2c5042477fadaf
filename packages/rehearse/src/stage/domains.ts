import { isOn, type Environment, type Plugin, type StageHost } from '@fairness-deploy/core';

/** The domains that an environment serves, and those of its certificates, each once. */
export function domainsOf(environment: Environment, plugins: readonly Plugin[]): readonly string[] {
  return [...new Set(served(environment, plugins).flatMap(({ domains }) => domains))];
}

/** The domains by the host that serves them: several hosts may serve one. */
export function domainsByHost(
  environment: Environment,
  plugins: readonly Plugin[],
): ReadonlyMap<string, readonly string[]> {
  const all = served(environment, plugins);
  return new Map(
    environment.hosts.map(({ name }) => [
      name,
      [
        ...new Set(
          all.filter(({ hosts }) => hosts.includes(name)).flatMap(({ domains }) => domains),
        ),
      ],
    ]),
  );
}

/** The addresses of the hosts that serve each domain. */
export function addressesOf(
  byHost: ReadonlyMap<string, readonly string[]>,
  hosts: readonly Pick<StageHost, 'name' | 'address'>[],
): ReadonlyMap<string, readonly string[]> {
  const addresses = new Map<string, readonly string[]>();
  for (const { name, address } of hosts) {
    for (const domain of byHost.get(name) ?? []) {
      if (domain.startsWith('*.')) continue;
      addresses.set(domain, [...(addresses.get(domain) ?? []), address]);
    }
  }
  return addresses;
}

function served({ hosts, sections, on }: Environment, plugins: readonly Plugin[]) {
  return plugins.map((plugin) => {
    const { section, rehearsal } = plugin;
    const own = plugin.domains?.(sections[section]) ?? [];
    return {
      hosts: hosts.filter((host) => isOn(on?.[section], host)).map(({ name }) => name),
      domains: [
        ...own.flatMap(({ domains }) => domains),
        ...(rehearsal?.domains?.(sections[section]) ?? []),
      ],
    };
  });
}
