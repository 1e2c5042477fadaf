import { z } from 'zod';

const URL_PATH = 'expected a URL path that begins with /, without .. or //';
const DECODED =
  'expected a URL path that is one when it is decoded, too: without .., // or control characters';

/** The path of a URL that leads to something, with all below it. */
export const urlPathSchema = z
  .string({ error: URL_PATH })
  .regex(/^(?:\/|(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~%@+-]+)+\/?)$/, URL_PATH)
  .refine(isCleanDecoded, DECODED);

/** `/api` for /api and /api/, which lead to the same place; `/` stays. */
export function withoutSlash(path: string): string {
  return path.replace(/(.)\/$/, '$1');
}

/** The same for all ways to write a path: /api and /api/, /caf%C3%A9 and /caf%c3%a9. */
export function pathKey(path: string): string {
  try {
    return decodeURIComponent(withoutSlash(path));
  } catch {
    return withoutSlash(path);
  }
}

/** nginx compares and opens decoded paths: `%2e%2e` must not lead up either. */
function isCleanDecoded(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path);
    return !/\p{Cc}|\/\/|\/\.{1,2}(?:\/|$)/u.test(decoded);
  } catch {
    return false;
  }
}
