import { logFile, type LogSource } from '@fairness-deploy/core';
import type { SiteSection } from './section/section.js';

/** The requests of each site, nginx's errors, and the requests for no site. */
export function logs(sites: Readonly<Record<string, SiteSection>>): readonly LogSource[] {
  return [
    ...Object.keys(sites).map((name) =>
      logFile(`site ${name}`, `/var/log/nginx/${name}.access.log`),
    ),
    logFile('nginx errors', '/var/log/nginx/error.log'),
    // Of requests that are for no site.
    logFile('nginx access', '/var/log/nginx/access.log'),
  ];
}
