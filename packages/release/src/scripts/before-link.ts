import type { Release } from '../application/release.js';

/** In the application's home, the link as it was before the switch to a release. */
export function beforeLink({ id }: Release): string {
  return `.before-${id}`;
}
