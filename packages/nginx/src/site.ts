import { layoutOf, maintenanceFlag } from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { quoteWords } from './quote-nginx.js';
import { fromTemplate } from './from-template.js';
import { greenIsLive } from './green.js';
import { MAINTENANCE_PAGES, maintenancePagePath, RETRY_AFTER_SECONDS } from './maintenance.js';
import type { SiteSection } from './section.js';
import { upstreamVariable } from './upstreams.js';

/**
 * The folder of the files by which a certificate authority checks that we control a domain (RFC
 * 8555, 8.3).
 */
const CHALLENGES = '/var/www/challenges';

/** A site's file, within nginx's folder. */
export function siteFile(name: string): string {
  return `sites-enabled/${name}.conf`;
}

/**
 * A site's configuration. Templates get the values below; `<%= %>` quotes one for nginx, and `<%-
 * words(list) %>` several. A template has to choose the upstream by `greenIsLive`, as the package's
 * own does, and must not switch open_file_cache on, which remembers whether that file existed.
 *
 * @param folder the environment's: a template of the project's own is relative to it.
 */
export function siteConfiguration(
  application: Application,
  name: string,
  site: SiteSection,
  folder: string,
): string {
  const { template: path, ...settings } = site;
  return fromTemplate(
    'site.conf.ejs',
    {
      ...settings,
      name,
      application: application.name,
      domains: site.domains,
      challenges: CHALLENGES,
      upstream: {
        blue: upstreamVariable(application, 'blue'),
        green: upstreamVariable(application, 'green'),
      },
      greenIsLive: greenIsLive(layoutOf(application)),
      maintenance: {
        flag: maintenanceFlag(application),
        folder: MAINTENANCE_PAGES,
        page: maintenancePagePath(name),
        retryAfter: String(RETRY_AFTER_SECONDS),
      },
      words: quoteWords,
    },
    path === undefined ? undefined : { folder, path },
  );
}
