import type { Environment, Plugin, ReplacedService, StageHost } from '@fairness-deploy/core';
import { askPlugin } from '@fairness-deploy/core';
import type { Place } from './close-host.js';
import { domainsByHost } from './domains.js';

/** Where the names and addresses of an environment lead to on the stage. */
export interface Places {
  /** By the name of the environment's host. */
  readonly places: ReadonlyMap<string, Place>;
  /** Names and addresses of services that have no place on the stage. */
  readonly closed: readonly string[];
}

/** The services besides the hosts that the stage replaces. */
export function replacedServices(
  environment: Environment,
  plugins: readonly Plugin[],
): readonly ReplacedService[] {
  return plugins.flatMap(({ section, rehearsal }) => {
    const context = { section: environment.sections[section], environment };
    return askPlugin(
      section,
      'the function "replaces" of its rehearsal',
      () => rehearsal?.replaces?.(context) ?? [],
    );
  });
}

export function placesOf(
  environment: Environment,
  plugins: readonly Plugin[],
  hosts: readonly Pick<StageHost, 'name' | 'address'>[],
): Places {
  const byHost = domainsByHost(environment, plugins);
  const services = replacedServices(environment, plugins);
  const written = namesIn(environment);
  const places = new Map(
    hosts.map(({ name, address }): readonly [string, Place] => {
      const real = environment.hosts.find((host) => host.name === name)?.address ?? name;
      const own = services.filter(({ host }) => host === name).map((service) => service.real);
      const domains = (byHost.get(name) ?? []).flatMap((domain) =>
        domain.startsWith('*.') ? written.filter((one) => one.endsWith(domain.slice(1))) : [domain],
      );
      return [name, { address, reals: [...new Set([real, ...own])], domains }];
    }),
  );
  const closed = services.filter(({ host }) => host === undefined || !places.has(host));
  return { places, closed: closed.map(({ real }) => real) };
}

/** All that looks like a name of DNS in the environment's texts: those under a wildcard are known by this alone. */
function namesIn({ url, application, sections }: Environment): readonly string[] {
  // A secret is masked in it.
  const text = JSON.stringify([url, application, sections]).toLowerCase();
  return [...new Set(text.match(/(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*/g))];
}
