import {
  definePlugin,
  journal,
  logFile,
  type Claim,
  type PluginContext,
} from '@fairness-deploy/core';
import type { Resource } from '@fairness-deploy/core/resources';
import { afterSites, certificatesReport, extendNginx } from '@fairness-deploy/nginx';
import { certificate } from './certificate/certificate.js';
import { certificatesOf } from './host/certificates.js';
import { hostResources } from './host/host-resources.js';
import { pathsOf } from './host/paths.js';
import { LETSENCRYPT_LOG, lineageOfSite, lineagesOf, liveFolder } from './section/lineages.js';
import { sectionSchema, type Section } from './section/section.js';
import { validateSection } from './section/validate-section.js';
import { REMOVALS } from './certificate/removals.js';
import { rehearsal } from './rehearsal.js';
import { checks } from './status/checks.js';
import { FINDINGS } from './status/finding-schemas.js';

/** Certificates for nginx's sites, from an ACME CA by Certbot. */
export const plugin = definePlugin<Section>({
  section: 'certbot',
  schema: sectionSchema,
  validate: validateSection,
  resources,
  report: () => certificatesReport,
  judges: require.resolve('@fairness-deploy/certbot/judges'),
  findings: FINDINGS,
  checks: ({ environment, section }) => checks(lineagesOf(section, environment)),
  logs: () => [journal('renewals', 'certbot'), logFile('certbot', LETSENCRYPT_LOG)],
  owns: ({ environment, section }) => [
    { kind: 'path', name: pathsOf(environment).folder },
    ...lineagesOf(section, environment).map(({ name }) => ({ kind: 'certificate', name })),
  ],
  removals: REMOVALS,
  claims,
  rehearsal,
  extensions: [
    extendNginx<Section>({
      certificates: ({ section }, sites) =>
        Object.fromEntries(
          sites.flatMap((site) => {
            const lineage = lineageOfSite(section, site);
            return lineage ? [[site.name, liveFolder(lineage.name)]] : [];
          }),
        ),
    }),
  ],
});

function resources({ environment, section }: PluginContext<Section>): readonly Resource[] {
  const host = hostResources(section, environment);
  // A CA asks nginx, which must run; each certificate may fail alone.
  const after = [...afterSites(environment), ...host.filter(isNeeded)];
  const follows = host.filter((one) => !isNeeded(one));
  return [
    ...host,
    ...certificatesOf(section, environment).map((spec) => certificate(spec, { after, follows })),
  ];
}

/** Without a timer, or with two, a certificate can be issued all the same. */
function isNeeded({ address }: Resource): boolean {
  return !address.startsWith('service:') && !address.startsWith('certbot:');
}

/** Certificates of one host have one name space. */
function claims({ environment, section }: PluginContext<Section>): readonly Claim[] {
  const is = `for ${environment.application?.name ?? environment.name}`;
  return lineagesOf(section, environment).map(({ name }) => ({
    what: `the certificate ${name}`,
    is,
  }));
}
