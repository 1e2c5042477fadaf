import { sh } from '@fairness-deploy/shell';
import { FAULTS, type Change } from './faults.js';
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
  const fault = FAULTS.find(({ name }) => name === 'process crashed for good');
  if (!fault) throw new Error('there is no such fault');
  const apply = (change: Change): Promise<unknown> =>
    typeof change === 'function' ? change(host) : host.run(change);
  await host.run(sh`
    mkdir -p /run/shop
    printf 'cannot log in with %s' ${secret} >/run/shop/crash`);
  await apply(fault.inject);
  try {
    await look();
  } finally {
    await apply(fault.heal);
  }
}
