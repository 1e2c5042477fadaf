import { applicationOf, definePlugin, extendDecommission, isWildcard } from '@fairness-deploy/core';
import { extendRelease } from '@fairness-deploy/release';
import { nginxFolder } from './configuration/nginx-file.js';
import { claimsOf } from './host/claims.js';
import { hostResources } from './host/host-resources.js';
import { ownedPaths } from './host/owned.js';
import { logs } from './logs.js';
import { FRONT } from './release/front.js';
import { releaseSteps } from './release/release-steps.js';
import { ROUTES_FILE, routesLines } from './release/routes-file.js';
import { routesOf, routesTo } from './release/routes.js';
import { listening, upstreamFiles } from './release/upstreams.js';
import {
  originOf,
  publishedSite,
  sectionSchema,
  sitesOf,
  type Section,
} from './section/section.js';
import { rehearsal } from './rehearsal.js';
import { checks } from './status/checks.js';
import { FINDINGS } from './status/finding-schemas.js';
import { trafficCheck } from './status/traffic-check.js';
import { validateSection } from './validation/validate-section.js';
import { certificatesReport } from './certificate/certificates-report.js';

/** nginx in front of the application's processes. */
export const plugin = definePlugin<Section>({
  section: 'nginx',
  schema: sectionSchema,
  validate: validateSection,
  resources: hostResources,
  liveFolders: [nginxFolder],
  logs: ({ environment, section }) => logs(sitesOf(applicationOf(environment), section)),
  owns: ({ environment, section }) => ownedPaths(applicationOf(environment), section),
  removesOwn: ['path'],
  claims: ({ environment, section }) => claimsOf(applicationOf(environment), section),
  extensions: [
    extendDecommission<Section>({
      losses: ({ environment, section }) => [
        trafficCheck(sitesOf(applicationOf(environment), section)),
      ],
    }),
    extendRelease<Section>({
      front: () => FRONT,
      steps: ({ environment, section }, release) => {
        const application = applicationOf(environment);
        return releaseSteps(application, sitesOf(application, section), section, release);
      },
      files: ({ environment, section }, { programs }) => {
        const application = applicationOf(environment);
        const sites = sitesOf(application, section);
        const routes = routesTo(listening(programs), routesOf(application, sites));
        return {
          ...upstreamFiles(application, { programs, routes, sites: Object.keys(sites) }),
          [ROUTES_FILE]: routesLines(routes, programs),
        };
      },
    }),
  ],
  domains: ({ sites = {} }) =>
    Object.entries(sites).flatMap(([name, { domains = [], aliases = [] }]) =>
      Object.entries({ domains, aliases })
        .filter(([, names]) => names.length > 0)
        .map(([key, names]) => ({ path: ['sites', name, key], domains: names })),
    ),
  urls: ({ environment, section }, { address, publishedPorts }) =>
    Object.entries(sitesOf(applicationOf(environment), section)).flatMap(([name, site]) =>
      (site.domains ?? [address])
        .filter((domain) => !isWildcard(domain))
        .map((domain) => ({
          site: name,
          url: `${originOf(publishedSite(site, publishedPorts), domain)}/`,
        })),
    ),
  report: () => certificatesReport,
  judges: require.resolve('@fairness-deploy/nginx/judges'),
  findings: FINDINGS,
  checks: ({ environment, section }) => {
    const application = applicationOf(environment);
    return checks(application, sitesOf(application, section));
  },
  rehearsal,
});
