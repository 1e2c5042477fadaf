import type { Environment } from '@fairness-deploy/core';
import type { Address } from '@fairness-deploy/core/resources';
import { tlsSitesOf } from '../extension/nginx-extension.js';
import { siteAddress } from '../site/site-file.js';

/** The resources by which the sites with TLS answer: what asks an authority for certificates comes after these. */
export function afterSites(environment: Environment): readonly Address[] {
  return [...tlsSitesOf(environment).map(({ name }) => siteAddress(name)), 'service:nginx'];
}
