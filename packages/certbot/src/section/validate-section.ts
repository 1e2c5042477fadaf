import { resolve } from 'node:path';
import {
  checkProjectFile,
  isWildcard,
  type Environment,
  type PluginIssue,
} from '@fairness-deploy/core';
import { readProjectFile } from '@fairness-deploy/core/resources';
import type { KeyPath } from '@fairness-deploy/environment-file';
import { tlsSitesOf, type TlsSite } from '@fairness-deploy/nginx';
import { lineageOfSite, lineagesOf, type Lineage } from './lineages.js';
import { authorityOf } from './authority.js';
import { LETSENCRYPT_NAMES } from './servers.js';
import type { Section } from './section.js';

/** Checks what the schema can't: files, the sites' names, and that each certificate has a name of its own. */
export function validateSection(
  section: Section,
  environment: Environment,
): readonly PluginIssue[] {
  return [
    ...checkFiles(section, environment.folder),
    ...checkChallenge(section),
    ...checkLineages(section, environment),
  ];
}

function checkFiles(section: Section, folder: string): readonly PluginIssue[] {
  const { caCertificate, dns } = section;
  const files: readonly (readonly [KeyPath, string | undefined])[] = [
    [['caCertificate'], caCertificate],
    [['dns', 'authHook'], dns?.authHook],
    [['dns', 'cleanupHook'], dns?.cleanupHook],
  ];
  const wrong = files.flatMap(([path, file]) => checkProjectFile(path, file, folder));
  if (wrong.length > 0 || caCertificate === undefined) return wrong;
  const pem = readProjectFile(resolve(folder, caCertificate));
  if (/^-----BEGIN CERTIFICATE-----$/m.test(pem)) return [];
  const message = 'expected a certificate in PEM format';
  const hint = 'it begins with: -----BEGIN CERTIFICATE-----';
  return [{ path: ['caCertificate'], message, hint }];
}

const DNS_HINT = 'add programs that change your DNS: dns: { authHook: hooks/dns-auth.sh }';

function checkChallenge({ challenge, dns }: Section): readonly PluginIssue[] {
  if (challenge === 'http' || dns) return [];
  return [{ path: ['challenge'], message: 'the challenge dns needs `dns`', hint: DNS_HINT }];
}

/** A certificate, and the place in the files that declares it. */
interface Declared {
  readonly lineage: Lineage;
  readonly path: KeyPath;
  readonly within?: string;
}

function checkLineages(section: Section, environment: Environment): readonly PluginIssue[] {
  const sites = tlsSitesOf(environment);
  const nameless = sites.filter(({ names }) => names.length === 0);
  const declared = declaredLineages(section, environment);
  if (declared.length + nameless.length === 0) {
    const message = 'there is nothing to certify';
    const hint = 'give a site of nginx `tls: true`, or remove the section certbot';
    return [{ path: [], message, hint }];
  }
  return [
    ...nameless.map(({ name }) => ({
      ...{ within: 'nginx', path: ['sites', name] },
      message: 'a CA certifies only names, and the site has no domains',
      hint: 'give it domains, or a certificate of your own: tls: { certificate, key }',
    })),
    ...checkNames(declared),
    ...checkHttpPorts(section, sites),
    ...declared.flatMap((one) => checkLineage(section, one)),
  ];
}

/** RFC 8555, 8.3: a CA asks on port 80, and not elsewhere. */
function checkHttpPorts(section: Section, sites: readonly TlsSite[]): readonly PluginIssue[] {
  return sites.flatMap((site): readonly PluginIssue[] => {
    const isAsked = lineageOfSite(section, site)?.challenge === 'http';
    if (!isAsked || site.httpPort === 80) return [];
    const message = `a CA asks on port 80, and the site listens for http on ${String(site.httpPort)}`;
    const hint = 'leave `listen` out, or let the CA ask the DNS: certbot: { challenge: dns }';
    return [{ within: 'nginx', path: ['sites', site.name, 'listen'], message, hint }];
  });
}

function declaredLineages(section: Section, environment: Environment): readonly Declared[] {
  const further = lineagesOf(section, environment).filter(({ site }) => site === undefined);
  return [
    ...tlsSitesOf(environment).flatMap((site) => {
      const lineage = lineageOfSite(section, site);
      return lineage ? [{ lineage, within: 'nginx', path: ['sites', site.name] }] : [];
    }),
    ...further.map((lineage) => ({ lineage, path: ['certificates', lineage.name] })),
  ];
}

function checkNames(declared: readonly Declared[]): readonly PluginIssue[] {
  const owners = new Map<string, KeyPath>();
  return declared.flatMap(({ lineage: { name }, path, ...within }) => {
    const owner = owners.get(name);
    owners.set(name, owner ?? path);
    if (owner === undefined) return [];
    const message = `another certificate has the name "${name}" already: ${owner.join('.')}`;
    const hint = 'a certificate is named after the first domain of its site, without *.';
    return [{ path, message, hint, ...within }];
  });
}

function checkLineage(
  section: Section,
  { lineage: { names }, path, ...within }: Declared,
): readonly PluginIssue[] {
  const wildcard = names.find(isWildcard);
  if (wildcard !== undefined && !section.dns) {
    const message = `a CA certifies the wildcard ${wildcard} by DNS only, and certbot has no \`dns\``;
    return [{ path: [...path, 'domains'], message, hint: DNS_HINT, ...within }];
  }
  if (!authorityOf(section).isLetsEncrypt) return [];
  if (names.length > LETSENCRYPT_NAMES) {
    const message = `Let's Encrypt puts at most ${String(LETSENCRYPT_NAMES)} names into a certificate, these are ${String(names.length)}`;
    return [{ path: [...path, 'domains'], message, ...within }];
  }
  const local = names.find((name) => !name.includes('.'));
  if (local === undefined) return [];
  const message = `Let's Encrypt certifies no name without a dot: ${local}`;
  return [{ path: [...path, 'domains'], message, ...within }];
}
