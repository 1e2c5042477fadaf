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
}

/** Sent unless the application or the project says another. See templates/nginx.conf.ejs. */
const DEFAULTS: readonly DefaultHeader[] = [
  { name: 'X-Content-Type-Options', variable: '$default_content_type_options' },
  { name: 'X-Frame-Options', variable: '$default_frame_options' },
  { name: 'Referrer-Policy', variable: '$default_referrer_policy' },
  { name: 'Permissions-Policy', variable: '$default_permissions_policy' },
  { name: 'Cache-Control', variable: '$cache_control', onSuccess: true },
];

/** The headers that a site adds to answers; of one name, in whatever case, the last one counts. */
export function answerHeaders(...given: readonly Headers[]): readonly AnswerHeader[] {
  const byName = new Map<string, AnswerHeader>(
    DEFAULTS.map((one) => [one.name.toLowerCase(), one]),
  );
  for (const [name, value] of given.flatMap((headers) => Object.entries(headers))) {
    byName.set(name.toLowerCase(), { name, value });
  }
  return [...byName.values()];
}

/** The header of a site's Content-Security-Policy. */
export function policyHeader({
  contentSecurityPolicy: given,
}: Pick<SiteSection, 'contentSecurityPolicy'>): Headers {
  if (!given) return {};
  return { [given.reportOnly ? `${POLICY}-Report-Only` : POLICY]: given.policy };
}

const POLICY = 'Content-Security-Policy';
