import { sh } from '@fairness-deploy/shell';
import { FAULTS, type Change } from './faults.js';
import type { ShopHost } from './shop-host.js';

/**
 * Lets the API crash until Supervisor has given up, and writes a line with a secret into its log.
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
  await apply(fault.inject);
  try {
    await host.run(sh`
      # Another try would print more.
      for try in $(seq 300); do
        ! supervisorctl status | grep -q ':api *FATAL' || break
        sleep 0.1
      done
      supervisorctl status | grep ':api *FATAL'
      for file in /var/log/shop/api-*.log; do
        printf 'Error: cannot log in with %s\n' ${secret} >>"$file"
      done`);
    await look();
  } finally {
    await apply(fault.heal);
  }
}
