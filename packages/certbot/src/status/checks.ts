import type { Check } from '@fairness-deploy/core';
import type { Lineage } from '../section/lineages.js';
import { certificateCheck } from './certificate-check.js';
import { renewalCheck } from './renewal-check.js';

/** How the certificates are, and whether they will be renewed. */
export function checks(lineages: readonly Lineage[]): readonly Check[] {
  return [...lineages.map(certificateCheck), renewalCheck];
}
