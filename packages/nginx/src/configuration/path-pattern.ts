import { quoteWord } from './quote-nginx.js';

/** A URL path without a slash at its end, as nginx compares it: decoded (ngx_http_core_module, location). */
export function decodedPath(path: string): string {
  const bare = path.replace(/\/$/, '');
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/**
 * The pattern that matches a path and all below it: `~^/api(?:/|\z)`, of a map (ngx_http_map_module).
 *
 * @param path decoded, without a slash at its end
 * @param before what precedes the path; `^` alone in a location and an if
 * @param after what follows it
 */
export function pathPattern(path: string, before = '~^', after = '(?:/|\\z)'): string {
  const escaped = path.replaceAll(/[^A-Za-z0-9/_\u0080-\u{10ffff}-]/gu, escape);
  return quoteWord(`${before}${escaped}${after}`);
}

/** By its number, as nginx reads a `$` and quotes itself (pcre2pattern(3), NON-PRINTING CHARACTERS). */
function escape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
