import { z } from '@fairness-deploy/core';
import { networkSchema } from './address-schema.js';

const LIST = 'expected a list of addresses and networks';

/** The only visitors of a site or a path. */
export const allowSchema = z
  .array(networkSchema, { error: LIST })
  .min(1, 'expected at least one address or network')
  .max(1000, 'expected at most 1000 addresses and networks')
  .describe(
    'The only addresses and networks whose requests are answered; others get status 403. The host itself, CAs and the health URL are always answered.',
  )
  .exactOptional();
