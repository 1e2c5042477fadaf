import type { Check } from '@fairness-deploy/core';
import { certificateCheck, CHAIN_FILE, type CheckedCertificate } from '@fairness-deploy/nginx';
import { liveFolder, type Lineage } from '../section/lineages.js';
import { renewalCheck } from './renewal-check.js';

/** How the certificates are, and whether they will be renewed. */
export function checks(lineages: readonly Lineage[]): readonly Check[] {
  return [
    ...lineages.map((one) => certificateCheck(checked(one))),
    renewalCheck(lineages.map(({ name }) => name)),
  ];
}

/** A certificate of Certbot, as it is checked. */
export function checked({ name, names, site, port = 443 }: Lineage): CheckedCertificate {
  return {
    ...{ name, names, file: `${liveFolder(name)}/${CHAIN_FILE}` },
    ...(site !== undefined && { port }),
    hints: { missing: 'certbot-issue', ending: 'certbot-renew' },
  };
}
