import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';
import { stateFolder } from '../program/state-folder.js';

/** Where a VM's host keys are pinned. */
export interface MachinePins {
  readonly knownHostsFile: string;
  readonly hostKeyAlias: string;
}

/**
 * The file of a VM's pinned host keys. It is in Vagrant's own folder of the VM, which Vagrant empties when it
 * destroys the VM, and its name holds the VM's id: another VM of the same name has another file. So has the name
 * under which the keys are pinned: providers with DHCP give a VM another address at each start.
 *
 * @throws HintedError when Vagrant has no VM of that name, or several.
 */
export function pinsOf(folder: string, machine: string): MachinePins {
  const own = join(stateFolder(folder), 'machines', machine);
  const providers = existsSync(own) ? readdirSync(own).sort() : [];
  const made = providers.filter((provider) => existsSync(join(own, provider, 'id')));
  const [provider, ...others] = made;
  if (provider === undefined || others.length > 0) {
    throw new HintedError(
      `Cannot find the VM "${machine}" in ${own}: ${
        provider === undefined
          ? 'Vagrant keeps no id of it'
          : `there are those of ${made.join(', ')}`
      }`,
      { hint: `see what Vagrant knows: vagrant global-status --prune` },
    );
  }
  const id = readRegularFile(join(own, provider, 'id'), 1024)
    .toString()
    .trim();
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 16);
  return {
    knownHostsFile: join(own, provider, `known_hosts-${digest}`),
    hostKeyAlias: `vm-${digest}`,
  };
}
