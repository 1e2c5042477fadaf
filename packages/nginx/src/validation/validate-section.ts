import {
  checkProjectFile,
  type Environment,
  type Plugin,
  type PluginIssue,
} from '@fairness-deploy/core';
import { programsOf } from '@fairness-deploy/release';
import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { portsOf, type Section, type SiteSection } from '../section/section.js';
import { policyHeader } from '../section/content-security-policy-schema.js';
import { validateNames } from './validate-names.js';
import { validateRoutes } from './validate-routes.js';
import { validateTls } from './validate-tls.js';

/**
 * Checks what the schema can't: that each site has something to serve, and that no two sites claim
 * one name.
 */
export function validateSection(
  { sites = {}, maintenancePage }: Section,
  environment: Environment,
  plugins: readonly Plugin[],
): readonly PluginIssue[] {
  const checkFile = (path: KeyPath, file: string | undefined): readonly Issue[] =>
    checkProjectFile(path, file, environment.folder);
  return [
    ...validateRoutes(sites, environment),
    ...validateNames(sites),
    ...checkHealth(sites),
    ...checkPolicies(sites),
    ...checkPorts(sites, environment),
    ...validateTls(sites, environment, plugins),
    ...checkFile(['maintenancePage'], maintenancePage),
    ...Object.entries(sites).flatMap(([name, site]) => [
      ...checkFile(['sites', name, 'template'], site.template),
      ...checkFile(['sites', name, 'snippet'], site.snippet),
      ...checkFile(['sites', name, 'maintenancePage'], site.maintenancePage),
    ]),
  ];
}

/** A load balancer asks for an address: the path says which site it means, and leads nowhere else. */
function checkHealth(sites: Readonly<Record<string, SiteSection>>): readonly Issue[] {
  const owners = new Map<string, string>();
  return Object.entries(sites).flatMap(([site, { health }]): readonly Issue[] => {
    if (health === undefined) return [];
    const owner = owners.get(health);
    owners.set(health, owner ?? site);
    const path = ['sites', site, 'health'];
    if (owner !== undefined) {
      const message = `"${health}" is the health URL of the site "${owner}" already`;
      return [{ path, message, hint: 'give each site a path of its own' }];
    }
    // Sites for any name have all health URLs.
    const [redirecting] = Object.entries(sites).flatMap(([name, { domains, redirects }]) =>
      (name === site || !domains) &&
      Object.keys(redirects).some((from) => decodeURIComponent(from) === health)
        ? [name]
        : [],
    );
    if (redirecting === undefined) return [];
    const message = `the site "${redirecting}" redirects "${health}"`;
    return [{ path, message, hint: 'give it a path of its own' }];
  });
}

/** A policy is a setting of its own, or a header; two would contradict each other. */
function checkPolicies(sites: Readonly<Record<string, SiteSection>>): readonly Issue[] {
  return Object.entries(sites).flatMap(([site, { contentSecurityPolicy, headers }]) => {
    const [name] = Object.keys(policyHeader(contentSecurityPolicy));
    const header = Object.keys(headers).find((one) => one.toLowerCase() === name?.toLowerCase());
    if (header === undefined) return [];
    const message = 'the site has contentSecurityPolicy as well';
    return [{ path: ['sites', site, 'headers', header], message, hint: 'remove one of them' }];
  });
}

/** A process can't listen where nginx does, on any address. */
function checkPorts(
  sites: Readonly<Record<string, SiteSection>>,
  { application }: Environment,
): readonly Issue[] {
  const owners = new Map(
    (application ? programsOf(application, 1) : []).flatMap(({ name, addresses = [] }) =>
      addresses.map((address) => [address, name] as const),
    ),
  );
  return Object.entries(sites).flatMap(([name, site]) =>
    portsOf(site).flatMap((port) => {
      const owner = owners.get(port);
      if (owner === undefined) return [];
      const message = `the process "${owner}" listens on ${String(port)}, in one of its two colours`;
      const hint = 'give the site or the process another port: listen, port or alternatePort';
      const key = port === site.listen ? ['listen'] : ['tls', 'port'];
      return [{ path: ['sites', name, ...key], message, hint }];
    }),
  );
}
