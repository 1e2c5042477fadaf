import { join } from 'node:path';

/** All files of sandboxes on this machine; deleting them while no host is up loses only time. */
export const stateDirectory = '/var/lib/fairness-deploy-sandbox';

const below = (...parts: string[]): string => join(stateDirectory, ...parts);

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
  /** Addresses that programs of this machine use on the sandboxes' network, by their last number. */
  addresses: below('addresses'),
  address: (number: number) => below('addresses', `${String(number)}.json`),
  hosts: below('hosts'),
  /** A host's folder: record, keys, disk, console. */
  host: (id: string) => {
    const folder = below('hosts', id);
    return {
      folder,
      record: join(folder, 'host.json'),
      upper: join(folder, 'upper'),
      work: join(folder, 'work'),
      root: join(folder, 'root'),
      console: join(folder, 'console.log'),
      identity: join(folder, 'id_ed25519'),
      knownHosts: join(folder, 'known_hosts'),
    };
  },
} as const;
