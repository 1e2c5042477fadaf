import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { aptPackages, directory, type Resource } from '@fairness-deploy/core/resources';
import {
  CERTIFICATES,
  CHALLENGES,
  LIVE_CERTIFICATES,
  OWN_CERTIFICATES,
} from '../certificate/certificate-folders.js';
import { certificateFolders } from '../extension/nginx-extension.js';
import { ownCertificate } from '../certificate/own-certificate.js';
import { siteCertificate } from '../certificate/site-certificate.js';
import { sitesOf, type Section, type SiteSection } from '../section/section.js';
import { siteAddress } from '../site/site-file.js';

/**
 * The certificates of the sites with TLS.
 *
 * @throws HintedError when a site has none on this host.
 */
export function siteCertificates(context: PluginContext<Section>): readonly Resource[] {
  const { environment, section } = context;
  const sites = Object.entries(sitesOf(applicationOf(environment), section));
  if (!sites.some(([, { tls }]) => tls)) return [];
  const others = certificateFolders(context);
  const packages = aptPackages({ names: ['nginx', 'openssl'] });
  const after = [packages];
  return [
    packages,
    directory({ path: CHALLENGES }),
    ...[CERTIFICATES, LIVE_CERTIFICATES, OWN_CERTIFICATES].map((path) =>
      directory({ path }, { after }),
    ),
    ...sites.flatMap(([site, { tls }]): readonly Resource[] => {
      if (!tls) return [];
      const own = ownCertificate(site, tls, environment.folder);
      const files = own?.resources ?? [];
      const folder = own?.folder ?? others.get(site);
      if (folder === undefined) throw new TypeError(`the certificate of ${site} has no folder`);
      return [...files, siteCertificate({ site, folder }, { after: [...after, ...files] })];
    }),
  ];
}

/** A site without TLS has no certificate, and no key, any more: once nginx does not name them. */
export function absentCertificates(
  sites: Readonly<Record<string, SiteSection>>,
): readonly Resource[] {
  return Object.entries(sites)
    .filter(([, { tls }]) => !tls)
    .map(([site]) => siteCertificate({ site }, { ensure: 'absent', after: [siteAddress(site)] }));
}
