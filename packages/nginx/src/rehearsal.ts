import type { Rehearsal } from '@fairness-deploy/core';
import { Text } from '@fairness-deploy/shell/secret';
import type { Section } from './section/section.js';

/** A certificate of the stage where the team brings its own, whose key is a secret. */
export const rehearsal: Rehearsal<Section> = {
  section({ section, stage: { certificate } }) {
    const { sites } = section;
    if (!sites) return section;
    const own = {
      certificate: Text.of(certificate.certificateFile),
      key: Text.of(certificate.keyFile),
    };
    return {
      ...section,
      sites: Object.fromEntries(
        Object.entries(sites).map(([name, site]) => [
          name,
          site.tls?.certificate ? { ...site, tls: { ...site.tls, ...own } } : site,
        ]),
      ),
    };
  },
  leavesOut: ({ sites = {} }) =>
    Object.entries(sites)
      .filter(([, { tls }]) => tls?.certificate)
      .map(
        ([name]) =>
          `the certificate of the site ${name} that you bring: another one took its place`,
      ),
};
