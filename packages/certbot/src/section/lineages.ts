import { isWildcard, type Environment } from '@fairness-deploy/core';
import { tlsSitesOf, type TlsSite } from '@fairness-deploy/nginx';
import type { Section } from './section.js';

/** A certificate that Certbot renews, as its option --cert-name calls it. */
export interface Lineage {
  readonly name: string;
  /** The names in the certificate. */
  readonly names: readonly string[];
  readonly keyType: Section['keyType'];
  readonly challenge: Section['challenge'];
  /** The site of nginx that serves it; undefined for a further certificate. */
  readonly site?: string;
  /** The port on which the site serves it. */
  readonly port?: number;
}

/** The folder of Certbot. */
export const LETSENCRYPT = '/etc/letsencrypt';

/** The log of Certbot. */
export const LETSENCRYPT_LOG = '/var/log/letsencrypt/letsencrypt.log';

/** The folder where Certbot has the present files of a certificate: links that stay the same. */
export function liveFolder(lineage: string): string {
  return `${LETSENCRYPT}/live/${lineage}`;
}

/** A certificate for each site with tls, and the further ones. */
export function lineagesOf(section: Section, environment: Environment): readonly Lineage[] {
  const sites = tlsSitesOf(environment).flatMap((site) => lineageOfSite(section, site) ?? []);
  const further = Object.entries(section.certificates).map(([name, { domains, keyType }]) =>
    lineage(section, { name, names: domains, ...(keyType && { keyType }) }),
  );
  return [...sites, ...further];
}

/** Undefined for a site without a name of its own. */
export function lineageOfSite(
  section: Section,
  { name, names, port }: TlsSite,
): Lineage | undefined {
  const [first] = names;
  if (first === undefined) return undefined;
  return lineage(section, { name: first.replace(/^\*\./, ''), names, site: name, port });
}

function lineage(
  section: Section,
  of: Pick<Lineage, 'name' | 'names'> & Partial<Lineage>,
): Lineage {
  const challenge = of.names.some(isWildcard) ? 'dns' : section.challenge;
  return { keyType: section.keyType, challenge, ...of, names: [...new Set(of.names)] };
}
