import { policyHeader } from '../section/content-security-policy-schema.js';
import type { Headers } from '../section/header-schema.js';
import { HTTP3_PORT, type SiteSection } from '../section/section.js';

/** A header that nginx adds to answers. */
export type AnswerHeader = { readonly name: string; readonly value: string } | DefaultHeader;

interface DefaultHeader {
  readonly name: string;
  /** The variable of nginx that has it; empty when the application sends its own. */
  readonly variable: string;
  /** Not of an error. */
  readonly onSuccess?: true;
  /** In place of the application's, which isn't sent. */
  readonly replaces?: true;
}

/** Sent unless the application or the project says another. See templates/nginx.conf.ejs. */
const DEFAULTS: readonly DefaultHeader[] = [
  { name: 'X-Content-Type-Options', variable: '$default_content_type_options' },
  { name: 'X-Frame-Options', variable: '$default_frame_options' },
  { name: 'Referrer-Policy', variable: '$default_referrer_policy' },
  { name: 'Permissions-Policy', variable: '$default_permissions_policy' },
  { name: 'Cache-Control', variable: '$cache_control', onSuccess: true },
];

/** Set by a site that has it. See templates/hsts.ejs. */
const HSTS: DefaultHeader = {
  name: 'Strict-Transport-Security',
  variable: '$hsts',
  replaces: true,
};

/** By which browsers learn that there is HTTP/3, for a day (RFC 9114, 3.1.1). */
const ALTERNATIVE: Headers = { 'Alt-Svc': `h3=":${String(HTTP3_PORT)}"; ma=86400` };

/**
 * The headers that a site adds to answers; of one name, in whatever case, the last one counts.
 *
 * @param http3 whether the site speaks HTTP/3
 * @param ofPath further ones for a path
 */
export function answerHeaders(
  site: Pick<SiteSection, 'headers' | 'hsts' | 'contentSecurityPolicy'>,
  http3: boolean,
  ofPath: Headers = {},
): readonly AnswerHeader[] {
  const defaults = [...DEFAULTS, ...(site.hsts ? [HSTS] : [])];
  const byName = new Map<string, AnswerHeader>(
    defaults.map((one) => [one.name.toLowerCase(), one]),
  );
  for (const headers of [
    http3 ? ALTERNATIVE : {},
    policyHeader(site.contentSecurityPolicy),
    site.headers,
    ofPath,
  ]) {
    for (const [name, value] of Object.entries(headers)) {
      byName.set(name.toLowerCase(), { name, value });
    }
  }
  return [...byName.values()];
}
