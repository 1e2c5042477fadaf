import { pathPattern } from '../configuration/path-pattern.js';
import { quoteBefore, quoteWord, quoteWords } from '../configuration/quote-nginx.js';
import type { SiteSection } from '../section/section.js';

/** What follows a path; without slashes at its beginning, with which it could name another host. */
const BELOW = String.raw`/[/\\]*(.*)`;

/** A redirect as the template writes it. */
export interface RedirectLocation {
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

/** The redirects of a site. */
export function redirectsIn(redirects: SiteSection['redirects']): readonly RedirectLocation[] {
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
