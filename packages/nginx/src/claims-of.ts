import type { Application, Claim } from '@fairness-deploy/core';
import { portsOf, sitesOf, type Section } from './section/section.js';

/**
 * What an environment has of the host's one nginx: sites and names for itself, ports and settings of
 * all sites together with other environments.
 */
export function claimsOf(application: Application, section: Section): readonly Claim[] {
  const is = `for ${application.name}`;
  const sites = Object.entries(sitesOf(application, section));
  const ports = new Set(sites.flatMap(([, site]) => portsOf(site)));
  return [
    ...sites.map(([name]) => ({ what: `the site ${name}`, is })),
    ...sites.flatMap(([, site]) =>
      [...(site.domains ?? ['any name']), ...(site.aliases ?? [])].flatMap((name) =>
        portsOf(site).map((port) => ({ what: `${name} on the port ${String(port)}`, is })),
      ),
    ),
    ...sites.flatMap(([, { health }]) =>
      health === undefined ? [] : [{ what: `the health URL ${health}`, is }],
    ),
    ...[...ports].map((port) => ({ what: `the port ${String(port)}`, is: 'for nginx' })),
    { what: 'nginx.tlsProfile', is: section.tlsProfile },
    { what: 'nginx.http3', is: String(section.http3) },
    { what: 'nginx.shutdownTimeout', is: String(section.shutdownTimeout) },
    { what: 'nginx.brotli', is: String(section.brotli) },
    { what: 'nginx.realIp', is: realIpIs(section) },
    { what: 'nginx.log.days', is: String(section.log.days ?? 'not set') },
  ];
}

function realIpIs({ realIp }: Section): string {
  return realIp ? `${realIp.header} from ${realIp.from.toSorted().join(', ')}` : 'not set';
}
