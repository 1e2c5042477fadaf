import type { Headers } from '../section/header-schema.js';
import type { SiteSection } from '../section/section.js';

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
  { name: 'Cache-Control', variable: '$cache_control', onSuccess: true },
];

/** Set by a site that has it. See templates/to-https.ejs. */
const HSTS: DefaultHeader = {
  name: 'Strict-Transport-Security',
  variable: '$hsts',
  replaces: true,
};

/**
 * The headers that a site adds to answers; of one name, in whatever case, the last one counts.
 *
 * @param ofPath further ones for a path
 */
export function answerHeaders(
  { headers, hsts }: Pick<SiteSection, 'headers' | 'hsts'>,
  ofPath: Headers = {},
): readonly AnswerHeader[] {
  const defaults = [...DEFAULTS, ...(hsts ? [HSTS] : [])];
  const byName = new Map<string, AnswerHeader>(
    defaults.map((one) => [one.name.toLowerCase(), one]),
  );
  for (const [name, value] of [...Object.entries(headers), ...Object.entries(ofPath)]) {
    byName.set(name.toLowerCase(), { name, value });
  }
  return [...byName.values()];
}
