import { existsSync, readdirSync } from 'node:fs';
import { command, query } from '../../system/command.js';
import { isMounted } from '../../system/mounts.js';
import { bridge, macAddress, namespaceName } from './names.js';
import { hostAddress, type Subnet } from './subnet.js';

const folder = '/run/netns';

/** The path of a host's network namespace, for those who enter it. */
export const namespacePath = (number: number): string => `${folder}/${namespaceName(number)}`;

/** Makes the network namespace of a host, with eth0 on the sandboxes' bridge. */
export async function attach(subnet: Subnet, number: number): Promise<void> {
  const name = namespaceName(number);
  await command('ip', ['netns', 'add', name]);
  await command('ip', ['-batch', '-'], {
    input: [
      `link add ${name} address ${macAddress('machine', number)} type veth peer name eth0 netns ${name} address ${macAddress('host', number)}`,
      `link set ${name} master ${bridge} up`,
      '',
    ].join('\n'),
  });
  await command('ip', ['-netns', name, '-batch', '-'], {
    input: [
      'link set lo up',
      `addr add ${hostAddress(subnet, number)}/24 dev eth0`,
      'link set eth0 up',
      // There is nothing beyond the bridge: attempts fail at once instead of timing out.
      'route add unreachable default',
      '',
    ].join('\n'),
  });
}

/** Whether the host with that number has an interface on the bridge. */
export const isAttached = (number: number): boolean =>
  existsSync(`/sys/class/net/${namespaceName(number)}`);

/** Removes a host's interface and namespace; does nothing when there are none. */
export async function detach(number: number): Promise<void> {
  const name = namespaceName(number);
  // First the link: with the namespace alone, the kernel would remove it later, in the background.
  if (isAttached(number)) await query('ip', ['link', 'delete', name]);
  if (existsSync(namespacePath(number))) await command('ip', ['netns', 'delete', name]);
}

/** Removes the mount that ip(8) makes for namespaces, when it holds none any more. */
export async function removeNamespaceMount(): Promise<void> {
  while (isMounted(folder) && readdirSync(folder).length === 0) {
    if ((await query('umount', [folder])) === undefined) return;
  }
}
