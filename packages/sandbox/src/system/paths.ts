import { join } from 'node:path';
import { userStateFolder } from '@fairness-deploy/shell/client';

/**
 * All files of sandboxes on this machine, of root or of this user; deleting them while no host is up
 * loses only time.
 */
export const stateDirectory =
  process.getuid?.() === 0
    ? '/var/lib/fairness-deploy-sandbox'
    : join(userStateFolder(), 'fairness-deploy-sandbox');

const below = (...parts: string[]): string => join(stateDirectory, ...parts);

const loginFiles = (folder: string) => ({
  folder,
  record: join(folder, 'host.json'),
  identity: join(folder, 'id_ed25519'),
  knownHosts: join(folder, 'known_hosts'),
});

export const paths = {
  bases: below('bases'),
  base: (key: string) => below('bases', key),
  cache: (area: string) => below('cache', area),
  /** The base and disks of a saved layer, by its name. */
  layers: below('layers'),
  layer: (name: string) => below('layers', `${name}.json`),
  /** The disks of saved layers, each named once and never changed. */
  disks: below('disks'),
  disk: (disk: string) => below('disks', disk),
  locks: below('locks'),
  network: below('network.json'),
  /** The machine's limit before it was raised. */
  inotifyLimit: below('inotify-limit'),
  gateway: below('gateway'),
  containerGateway: below('container-gateway'),
  /** Addresses that programs of this machine use on the sandboxes' network, by their last number. */
  addresses: below('addresses'),
  address: (number: number) => below('addresses', `${String(number)}.json`),
  hosts: below('hosts'),
  /** A host's folder: record, keys, disk, console. */
  host: (id: string) => {
    const folder = below('hosts', id);
    return {
      ...loginFiles(folder),
      upper: join(folder, 'upper'),
      work: join(folder, 'work'),
      root: join(folder, 'root'),
      console: join(folder, 'console.log'),
    };
  },
  containers: below('containers'),
  /** The folder of a host that is a container: record and keys. */
  container: (id: string) => loginFiles(below('containers', id)),
} as const;
