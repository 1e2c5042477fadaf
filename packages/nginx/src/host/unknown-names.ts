import { CHALLENGES } from '../certificate/certificate-folders.js';
import type { Application } from '@fairness-deploy/core';
import {
  byFact,
  hasVersion,
  RELEASE_FACT,
  releaseOf,
  type Resource,
} from '@fairness-deploy/core/resources';
import { fromTemplate } from '../configuration/from-template.js';
import { nginxFile } from '../configuration/nginx-file.js';
import type { Section, SiteSection } from '../section/section.js';
import { siteFile } from '../site/site-file.js';

/** The file that answers to the names that no site of an application has, within nginx's folder. */
export function unknownNamesFile({ name }: Pick<Application, 'name'>): string {
  // nginx reads it before the sites.
  return siteFile(`000-unknown-names-${name}`);
}

/**
 * On ports where every site has names, other names must not get the first site. Each environment of
 * the host has a file for its own ports.
 */
export function unknownNames(
  application: Pick<Application, 'name'>,
  sites: Readonly<Record<string, SiteSection>>,
  { ipv6 }: Section,
  removed: Resource,
): Resource {
  const all = Object.values(sites);
  const ofNames = (portOf: (site: SiteSection) => number | undefined): readonly number[] => {
    const open = new Set(all.filter(({ domains }) => !domains).map(portOf));
    const ports = new Set(all.flatMap((site) => portOf(site) ?? []));
    return [...ports].filter((port) => !open.has(port)).toSorted((one, other) => one - other);
  };
  const ports = ofNames(({ listen }) => listen);
  const tlsPorts = ofNames(({ tls }) => tls?.port);
  const path = unknownNamesFile(application);
  if (ports.length + tlsPorts.length === 0) {
    return nginxFile({ path }, { ensure: 'absent', after: [removed] });
  }
  return byFact(
    {
      fact: RELEASE_FACT,
      resource(fact, options) {
        const release = releaseOf(fact);
        const rejects = !release || hasVersion(release, 'nginx', REJECT_HANDSHAKE);
        const own = `${application.name.replaceAll('-', '_')}_no_certificate`;
        const noCertificate = rejects ? undefined : own;
        const configuration = fromTemplate('unknown-names.conf.ejs', {
          ...{ ports, tlsPorts, ipv6, challenges: CHALLENGES, noCertificate },
        });
        return nginxFile({ path, configuration }, options);
      },
    },
    { after: [removed] },
  );
}

/** The version of nginx that came with ssl_reject_handshake. */
const REJECT_HANDSHAKE = '1.19.4';
