import type { Application } from '@fairness-deploy/core';
import { layoutOf, maintenanceFlag } from '@fairness-deploy/release';
import { fromTemplate } from '../configuration/from-template.js';
import { keyComment } from '../configuration/key-comment.js';
import { greenIsLive } from '../release/green.js';
import { releaseVariables } from '../release/upstreams.js';
import { hostOf, type SiteSection } from '../section/section.js';

/** The folder of the sites' health URLs, within nginx's folder. */
export const HEALTH_URLS = 'health';

/**
 * The file of a site's health URL, within nginx's folder. The server that answers to unknown names includes
 * all of them: a load balancer asks for an address.
 */
export function healthFile(site: string): string {
  return `${HEALTH_URLS}/${site}.conf`;
}

/** The locations that answer a load balancer. */
export function healthConfiguration(
  application: Application,
  name: string,
  site: SiteSection,
  path: string,
): string {
  const layout = layoutOf(application);
  return fromTemplate('health.conf.ejs', {
    ...{ name, path, host: hostOf(site), live: layout.live, greenIsLive: greenIsLive(layout) },
    maintenance: { flag: maintenanceFlag(application) },
    variables: {
      blue: releaseVariables(application, 'blue'),
      green: releaseVariables(application, 'green'),
    },
    key: () => keyComment(['sites', name, 'health']),
  });
}
