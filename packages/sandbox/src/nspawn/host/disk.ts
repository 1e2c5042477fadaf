import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMounted } from '../../system/mounts.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, query } from '../../system/command.js';
import { paths } from '../../system/paths.js';
import { HintedError } from '@fairness-deploy/shell/text';
import {
  generateKey,
  HOST_KEY_TYPES,
  hostKeyFile,
  knownHostsLines,
} from '../../driver/host-keys.js';
import { hostFiles, withGateway } from './host-files.js';
import type { HostRecord } from '../records/host-record.js';

/**
 * Mounts the host's overlay over its layers and the base root.
 * @throws HintedError when one of them is gone, or the file system can't hold an overlay.
 */
export async function mountDisk(record: HostRecord): Promise<void> {
  const { root, upper, work } = paths.host(record.id);
  const lower = [...record.disks.map(paths.disk), paths.base(record.base)];
  const missing = lower.find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new HintedError(
      `Cannot start host "${record.name}": "${missing}", which its disk is based on, is gone`,
      { hint: 'Take the host down, then up again' },
    );
  }
  for (const path of [root, upper, work]) await mkdir(path, { recursive: true });
  const layers = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
  const mount = (index: string): readonly string[] => [
    ...['-t', 'overlay', `fdsb-${record.id}`],
    ...['-o', `index=${index},${layers}`, root],
  ];
  // The kernel may release a disk some moments after its last user has ended. With an index it
  // refuses a disk that is still in use; without, it would let two mounts write to it.
  const deadline = Date.now() + 2000;
  while (Date.now() < deadline) {
    if ((await query('mount', mount('on'))) !== undefined) return;
    await sleep(10);
  }
  // Another container of this machine holds a copy of the earlier mount, which it can't see.
  await command('mount', mount('off'));
}

/** Unmounts the host's disk; does nothing when it isn't mounted. */
export async function unmountDisk(id: string): Promise<void> {
  const { root } = paths.host(id);
  while (isMounted(root)) {
    // A process of this machine may work in there: then the mount is detached at once.
    if ((await query('umount', [root])) === undefined) await command('umount', ['--lazy', root]);
  }
}

/** Gives a new host's disk its own keys, names, machine id and logins. */
export async function personalise(
  record: HostRecord,
  gatewayAddress: string,
  authorizedKeys: readonly string[],
): Promise<void> {
  const { root, identity } = paths.host(record.id);
  const write = async (path: string, content: string, mode = 0o644): Promise<void> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode });
  };
  for (const [path, content] of Object.entries(hostFiles(record.name, gatewayAddress))) {
    await write(path, content);
  }
  await write('etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444);
  await Promise.all([
    generateKey('ed25519', identity, `sandbox ${record.name}`),
    ...HOST_KEY_TYPES.map((type) =>
      generateKey(type, join(root, hostKeyFile(type)), `root@${record.name}`),
    ),
  ]);
  const keys = [await readFile(`${identity}.pub`, 'utf8'), ...authorizedKeys];
  await mkdir(join(root, 'root/.ssh'), { recursive: true, mode: 0o700 });
  await write('root/.ssh/authorized_keys', keys.map((key) => `${key.trim()}\n`).join(''), 0o600);
}

/** Updates the files with the network's addresses, here and on the disk. */
export async function updateAddresses(
  record: HostRecord,
  address: string,
  gatewayAddress: string,
): Promise<void> {
  const { root, knownHosts } = paths.host(record.id);
  const hosts = join(root, 'etc/hosts');
  if (existsSync(hosts)) {
    const text = await readFile(hosts, 'utf8');
    const updated = withGateway(text, gatewayAddress);
    if (updated !== text) await writeFile(hosts, updated);
  }
  await writeFile(knownHosts, knownHostsLines(root, address));
}
