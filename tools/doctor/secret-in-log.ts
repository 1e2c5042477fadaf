import { sh } from '@fairness-deploy/shell';
import { faultOf } from './faults.js';
import { apply } from './faults/fault.js';
import type { ShopHost } from './shop-host.js';

/**
 * Lets the API crash with a secret in its last words.
 *
 * @param look looks at the host meanwhile
 */
export async function withSecretInLog(
  host: ShopHost,
  secret: string,
  look: () => Promise<void>,
): Promise<void> {
  const { inject, heal } = faultOf('process crashed for good');
  await host.run(sh`
    mkdir -p /run/shop
    printf 'cannot log in with %s' ${secret} >/run/shop/crash`);
  await apply(host, inject);
  try {
    await look();
  } finally {
    await apply(host, heal);
  }
}
