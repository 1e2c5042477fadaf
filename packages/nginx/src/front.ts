import type { Application } from '@fairness-deploy/core';
import type { Front } from '@fairness-deploy/release';
import { isFilesRoute, routesOf } from './routes.js';
import type { SiteSection } from './section.js';

/**
 * The user that nginx runs as, and its group, on Debian; base-passwd creates both. See
 * templates/nginx.conf.ejs.
 */
export const WORKER = 'www-data';

/** nginx as the front of an application. */
export function frontOf(
  application: Application,
  sites: Readonly<Record<string, SiteSection>>,
): Front {
  const files = routesOf(application, sites).filter(isFilesRoute);
  return { group: WORKER, servesShared: files.some(({ to }) => to.shared !== undefined) };
}
