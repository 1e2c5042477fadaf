import { logFile, type LogSource } from '@fairness-deploy/core';
import type { SiteSection } from './section/section.js';

/** The requests of each site, and nginx's errors. */
export function logs(sites: Readonly<Record<string, SiteSection>>): readonly LogSource[] {
  return [
    ...Object.keys(sites).map((name) =>
      logFile(`site ${name}`, `/var/log/nginx/${name}.access.log`),
    ),
    logFile('nginx errors', '/var/log/nginx/error.log'),
  ];
}
