import type { Application, Claim } from '@fairness-deploy/core';
import { hostSettings, type HostSettings } from '../section/host-settings.js';
import { portsOf, sitesOf, type Section } from '../section/section.js';

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
    ...Object.entries(hostSettings(section)).map(([key, value]) => {
      return { what: `nginx.${key}`, is: textOf(value) };
    }),
    { what: 'nginx.log.days', is: textOf(section.log.days) },
  ];
}

function textOf(value: HostSettings[keyof HostSettings] | number): string {
  if (value === undefined) return 'not set';
  if (typeof value !== 'object') return String(value);
  return `${value.header} from ${value.from.toSorted().join(', ')}`;
}
