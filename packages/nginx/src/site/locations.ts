import { withoutSlash } from '@fairness-deploy/core';
import { decodedPath, pathPattern } from '../configuration/path-pattern.js';
import { byLength } from '../release/routes.js';
import type { SiteSection } from '../section/section.js';
import { answerHeaders, type AnswerHeader } from './answer-headers.js';
import type { Limits, RequestLimit } from './limits.js';

/** A location of nginx: requests with the same settings. */
export interface Location {
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

/**
 * The locations of a site: one for each of its paths, and one for the rest. The longest path first: nginx
 * takes the first pattern that matches.
 */
export function locationsOf(
  site: SiteSection,
  limits: Limits,
  http3: boolean,
): readonly Location[] {
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
