import { HintedError } from '@fairness-deploy/shell/text';
import {
  certificateLink,
  CHAIN_FILE,
  CHALLENGES,
  KEY_FILE,
  placeholderFlag,
} from '../certificate/certificate-folders.js';
import { layoutOf, maintenanceFlag } from '@fairness-deploy/release';
import { withoutSlash, type Application } from '@fairness-deploy/core';
import { answerHeaders, type AnswerHeader } from './answer-headers.js';
import { quoteBefore, quoteWord, quoteWords } from '../configuration/quote-nginx.js';
import { fromTemplate } from '../configuration/from-template.js';
import { greenIsLive } from '../release/green.js';
import { healthFile } from './health-url.js';
import { limitsOf, type Limits, type RequestLimit } from './limits.js';
import { loginsPath } from './logins.js';
import { snippetFile } from './snippet.js';
import { siteMark } from './site-mark.js';
import { MAINTENANCE_PAGES, maintenancePagePath, RETRY_AFTER_SECONDS } from './maintenance.js';
import { keyComment } from '../configuration/key-comment.js';
import { decodedPath, pathPattern } from '../configuration/path-pattern.js';
import { byLength } from '../release/routes.js';
import {
  hostOf,
  HTTP3_PORT,
  originOf,
  type Section,
  type SiteSection,
} from '../section/section.js';
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

/** A site's file, within nginx's folder. */
export function siteFile(name: string): string {
  return `sites-enabled/${name}.conf`;
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
        placeholder: placeholderFlag(name),
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
      logFormat: NAMES[log?.format ?? section.log.format],
      ipv6: section.ipv6,
      healthPath: health,
      health: health === undefined ? undefined : healthFile(name),
      limits,
      allow: site.allow,
      isClosed: [site, ...Object.values(site.paths)].some(({ allow }) => allow !== undefined),
      locations: locationsOf(site, limits, http3),
      snippet: snippet === undefined ? undefined : snippetFile(name),
      hasRoutes: site.routes !== undefined,
      upstream: { blue: blue.upstream, green: green.upstream },
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

/** The name of a format in nginx. See templates/nginx.conf.ejs. */
const NAMES: Readonly<Record<Section['log']['format'], string>> = {
  combined: 'combined',
  json: 'json_lines',
};

/** A project's own template must not leave out what protects the site. */
function refuseOmissions(configuration: string, name: string, site: SiteSection): void {
  const { template, basicAuth, allow, limit, snippet } = site;
  const needed: readonly (readonly [unknown, string, string, string])[] = [
    [
      basicAuth,
      loginsPath(name),
      'it asks for no login, and the site has basicAuth',
      'auth_basic <%= name %>; auth_basic_user_file <%= logins %>;',
    ],
    [
      allow,
      'deny all;',
      'it answers all addresses, and the site has allow',
      'allow 127.0.0.0/8; allow ::1; <% for (const one of allow) { %>allow <%= one %>; <% } %>deny all;',
    ],
    [
      limit,
      `zone=site_${name}`,
      'it limits no requests, and the site has limit',
      'limit_req zone=<%- limits.site.zone %>; and before it: limit_req_zone $limited zone=<%- limits.site.zone %>:10m rate=<%- limits.zones[0].rate %>;',
    ],
    [snippet, snippetFile(name), "it leaves the site's snippet out", 'include <%= snippet %>;'],
  ];
  for (const [wanted, text, problem, line] of needed) {
    if (wanted === undefined || configuration.includes(text)) continue;
    throw new HintedError(
      `Cannot use the template ${String(template)} for the site "${name}": ${problem}`,
      { hint: `write into its server: ${line}` },
    );
  }
}

/** A location of nginx: requests with the same settings. */
interface Location {
  /** As written in the file; undefined: of all other paths. */
  readonly path?: string;
  /** As nginx reads it: `~ "^/api(?:/|\z)"`. */
  readonly match: string;
  /** The location that asks the application. */
  readonly named: string;
  readonly bodyLimit?: string;
  readonly timeout?: number;
  /** All of its headers; undefined: those of the site. */
  readonly headers?: readonly AnswerHeader[];
  readonly limit?: RequestLimit;
  readonly allow?: readonly string[];
  readonly log: boolean;
}

/** The longest path first: nginx takes the first pattern that matches. */
function locationsOf(site: SiteSection, limits: Limits, http3: boolean): readonly Location[] {
  const own = Object.entries(site.paths)
    .map(([written, settings]) => ({ path: withoutSlash(written), written, settings }))
    .toSorted(byLength)
    .map(({ path, written, settings: { bodyLimit, timeout, headers, allow, log } }, at) => ({
      path: written,
      match: `~ ${pathPattern(decodedPath(path), '^')}`,
      named: `@application_${String(at + 1)}`,
      log,
      ...(bodyLimit !== undefined && { bodyLimit }),
      ...(timeout !== undefined && { timeout }),
      ...(allow && { allow }),
      ...(limits.paths[written] && { limit: limits.paths[written] }),
      ...(Object.keys(headers).length > 0 && {
        headers: answerHeaders(site, http3, headers),
      }),
    }));
  return [...own, { match: '/', named: '@application', log: true }];
}

/** What follows a path; without slashes at its beginning, with which it could name another host. */
const BELOW = String.raw`/[/\\]*(.*)`;

/** A redirect as the template writes it. */
interface RedirectLocation {
  /** As written in the file. */
  readonly from: string;
  /** Undefined: of all paths that no other location has. */
  readonly match?: string;
  /** For all below a path: what the path of the request must begin with, as it was sent. */
  readonly below?: string;
  readonly status: string;
  readonly to: string;
  /** The same as nginx reads it, with the request's own query. */
  readonly target: string;
  /** The same, with what follows the path. */
  readonly targetBelow: string;
}

function redirectsIn(redirects: SiteSection['redirects']): readonly RedirectLocation[] {
  return Object.entries(redirects).map(([from, { to, status }]) => {
    const code = String(status);
    if (!from.endsWith('/*')) {
      const match = quoteWords(['=', decodeURIComponent(from)]);
      const target = quoteBefore(to, to.includes('?') ? '' : '$is_args$args');
      return { from, match, status: code, to, target, targetBelow: target };
    }
    const folder = from.slice(0, -1);
    const base = to.slice(0, -1);
    return {
      from,
      ...(folder !== '/' && { match: quoteWords(['^~', decodeURIComponent(folder)]) }),
      below: pathPattern(folder.slice(0, -1), '^', BELOW),
      ...{ status: code, to: base, target: quoteWord(base) },
      targetBelow: quoteBefore(base, '$1'),
    };
  });
}
