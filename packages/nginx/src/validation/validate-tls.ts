import { isWildcard, type Environment, type Plugin, type PluginIssue } from '@fairness-deploy/core';
import { hasCertificates, NO_CERTIFICATE_HINT } from '../extension/nginx-extension.js';
import { namesOf } from '../section/sites-reached.js';
import { checkOwnCertificate } from '../certificate/own-certificate.js';
import type { SiteSection } from '../section/section.js';

type Sites = Readonly<Record<string, SiteSection>>;

/** Each site with TLS has a certificate to come, for names, on a port that speaks nothing else. */
export function validateTls(
  sites: Sites,
  { folder }: Environment,
  plugins: readonly Plugin[],
): readonly PluginIssue[] {
  const plain = new Map(Object.entries(sites).map(([name, { listen }]) => [listen, name]));
  return Object.entries(sites).flatMap(([name, site]): readonly PluginIssue[] => {
    const { tls, domains = [], aliases, hsts } = site;
    const path = ['sites', name];
    return [
      ...(aliases && domains.every(isWildcard)
        ? [
            {
              path: [...path, 'aliases'],
              message: 'they lead to the first one of domains, which is missing or has a *',
              hint: 'name it: domains: [www.example.org]',
            },
          ]
        : []),
      ...(hsts && !tls
        ? [
            {
              path: [...path, 'hsts'],
              message: 'browsers obey it over https only (RFC 6797, 8.1), and the site has no tls',
              hint: 'add: tls: true',
            },
          ]
        : []),
      ...(tls ? checkTls(site, tls, { path, plugins, folder, plain }) : []),
    ];
  });
}

interface TlsContext {
  readonly path: readonly string[];
  readonly plugins: readonly Plugin[];
  readonly folder: string;
  /** The sites by the port on which nginx listens for http. */
  readonly plain: ReadonlyMap<number, string>;
}

function checkTls(
  site: SiteSection,
  tls: NonNullable<SiteSection['tls']>,
  { path, plugins, folder, plain }: TlsContext,
): readonly PluginIssue[] {
  const at = [...path, 'tls'];
  const names = namesOf(site);
  const other = plain.get(tls.port);
  const issues: PluginIssue[] = [];
  if (other !== undefined) {
    issues.push({
      path: [...at, 'port'],
      message: `the site "${other}" listens for http on ${String(tls.port)}`,
      hint: 'give one of them another port',
    });
  }
  if (tls.certificate) {
    return [...issues, ...checkOwnCertificate(tls, names, { path: at, folder })];
  }
  if (!hasCertificates(plugins)) {
    issues.push({ path: at, message: 'no section gets a certificate', hint: NO_CERTIFICATE_HINT });
  } else if (names.length === 0) {
    issues.push({
      path: at,
      message: 'a certificate is for names, and the site answers to any name',
      hint: 'name them: domains: [www.example.org]',
    });
  }
  return issues;
}
