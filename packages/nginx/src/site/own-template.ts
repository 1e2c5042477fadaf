import { HintedError } from '@fairness-deploy/shell/text';
import type { SiteSection } from '../section/section.js';
import { loginsPath } from './logins.js';
import { snippetFile } from './snippet.js';

/**
 * A project's own template must not leave out what protects the site.
 *
 * @throws HintedError when it does.
 */
export function refuseOmissions(configuration: string, name: string, site: SiteSection): void {
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
