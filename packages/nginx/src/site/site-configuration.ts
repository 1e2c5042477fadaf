import {
  certificateLink,
  certifiedNames,
  CHAIN_FILE,
  CHALLENGES,
  KEY_FILE,
} from '../certificate/certificate-folders.js';
import { layoutOf, maintenanceFlag } from '@fairness-deploy/release';
import type { Application } from '@fairness-deploy/core';
import { answerHeaders } from './answer-headers.js';
import { quoteWords } from '../configuration/quote-nginx.js';
import { fromTemplate } from '../configuration/from-template.js';
import { greenIsLive } from '../release/green.js';
import { healthFile } from './health-url.js';
import { limitsOf } from './limits.js';
import { loginsPath } from './logins.js';
import { snippetFile } from './snippet.js';
import { locationsOf } from './locations.js';
import { refuseOmissions } from './own-template.js';
import { redirectsIn } from './redirects.js';
import { siteMark } from './site-file.js';
import { MAINTENANCE_PAGES, maintenancePagePath, RETRY_AFTER_SECONDS } from './maintenance.js';
import { keyComment } from '../configuration/key-comment.js';
import {
  hostOf,
  HTTP3_PORT,
  originOf,
  type Section,
  type SiteSection,
} from '../section/section.js';
import { LOG_FORMATS } from '../section/log-schema.js';
import { hstsValue } from '../section/tls-schema.js';
import { staticLink } from '../release/static-tree.js';
import { releaseVariables } from '../release/upstreams.js';

/** What a site's configuration is made of, besides its own settings. */
export interface SiteContext {
  readonly application: Application;
  readonly section: Section;
  /** The environment's: files of the project are relative to it. */
  readonly folder: string;
}

/**
 * A site's configuration. Templates get the values below; `<%= %>` quotes one for nginx, and `<%-
 * words(list) %>` several. A template has to choose the upstream by `greenIsLive`, as the package's
 * own does, and must not switch open_file_cache on, which remembers whether that file existed.
 *
 * @throws HintedError when a template of the project's own leaves out what the site asks for.
 */
export function siteConfiguration(
  { application, section, folder }: SiteContext,
  name: string,
  site: SiteSection,
): string {
  const {
    template: path,
    redirects,
    basicAuth,
    tls,
    hsts,
    snippet,
    log,
    health,
    ...settings
  } = site;
  const limits = limitsOf(name, site);
  const http3 = section.http3 && tls?.port === HTTP3_PORT;
  const layout = layoutOf(application);
  const blue = releaseVariables(application, 'blue');
  const green = releaseVariables(application, 'green');
  const configuration = fromTemplate(
    'site.conf.ejs',
    {
      ...settings,
      name,
      application: application.name,
      domains: site.domains,
      aliases: site.aliases ?? [],
      tls: tls && {
        port: tls.port,
        certificate: `${certificateLink(name)}/${CHAIN_FILE}`,
        key: `${certificateLink(name)}/${KEY_FILE}`,
        names: certifiedNames(name),
        redirect: tls.redirect,
        http3,
        hsts: hsts && hstsValue(hsts),
      },
      origin: {
        http: originOf({ listen: site.listen }, hostOf(site)),
        https: originOf(site, hostOf(site)),
      },
      challenges: CHALLENGES,
      headers: answerHeaders(site, http3),
      redirects: redirectsIn(redirects),
      logins: basicAuth && loginsPath(name),
      logFormat: LOG_FORMATS[log?.format ?? section.log.format],
      ipv6: section.ipv6,
      healthPath: health,
      health: health === undefined ? undefined : healthFile(name),
      limits,
      allow: site.allow,
      isClosed: [site, ...Object.values(site.paths)].some(({ allow }) => allow !== undefined),
      locations: locationsOf(site, limits, http3),
      snippet: snippet === undefined ? undefined : snippetFile(name),
      hasRoutes: site.routes !== undefined,
      variables: { blue, green },
      files: { blue: staticLink(layout, 'blue'), green: staticLink(layout, 'green') },
      greenIsLive: greenIsLive(layout),
      maintenance: {
        flag: maintenanceFlag(application),
        folder: MAINTENANCE_PAGES,
        page: maintenancePagePath(name),
        retryAfter: String(RETRY_AFTER_SECONDS),
      },
      key: (...keys: readonly string[]) => keyComment(['sites', name, ...keys]),
      words: quoteWords,
    },
    path === undefined ? undefined : { folder, path },
  );
  refuseOmissions(configuration, name, site);
  const key = path === undefined ? '' : `${keyComment(['sites', name, 'template'])} (${path})\n`;
  return `${siteMark(application, name)}\n${key}${configuration}`;
}
