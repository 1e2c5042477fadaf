/** The file system of a box of Vagrant: the Debian root of the sandbox, with what Vagrant wants of it. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { debianBase } from '@fairness-deploy/sandbox/testing';
import { execute } from './execute.js';

/** Where Debian's package keeps Vagrant. */
const GEMS = '/usr/share/rubygems-integration/all/gems';

const FILES: Readonly<Record<string, string>> = {
  'etc/sudoers.d/vagrant': 'vagrant ALL=(ALL) NOPASSWD: ALL\n',
  'etc/systemd/network/eth0.network': '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n',
  // The root has no host keys: each host makes its own.
  'etc/systemd/system/host-keys.service':
    '[Unit]\nBefore=ssh.service\n[Service]\nType=oneshot\nExecStart=/usr/bin/ssh-keygen -A\n[Install]\nWantedBy=multi-user.target\n',
};

/** What a root has besides. */
export interface BoxContents {
  /** The address that answers for names in the provider's network. */
  readonly nameserver: string;
  /** Packages of Debian, from this machine's sources. */
  readonly packages?: readonly string[];
}

/**
 * Mounts a root for a box, with the user vagrant, Vagrant's public key and sudo, and DHCP.
 *
 * @param folder for its files
 * @param pack makes something of the root; `work` is an empty folder on the same disk
 * @throws Error when a program fails.
 */
export async function withBoxRoot(
  folder: string,
  { nameserver, packages = [] }: BoxContents,
  pack: (root: string, work: string) => void,
): Promise<void> {
  const parts = mkdtempSync(join(folder, 'box-'));
  const [upper, scratch, root, work] = ['upper', 'scratch', 'root', 'work'].map((name) =>
    join(parts, name),
  ) as [string, string, string, string];
  for (const each of [upper, scratch, root, work]) mkdirSync(each);
  const layers = `lowerdir=${await debianBase()},upperdir=${upper},workdir=${scratch}`;
  execute('mount', ['-t', 'overlay', 'overlay', '-o', layers, root]);
  try {
    if (packages.length > 0) install(root, packages);
    prepare(root);
    writeFileSync(join(root, 'etc/resolv.conf'), `nameserver ${nameserver}\n`);
    pack(root, work);
  } finally {
    execute('umount', [root]);
    rmSync(parts, { recursive: true });
  }
}

/** In a mount namespace of its own: the mounts end with it. */
function install(root: string, packages: readonly string[]): void {
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const script = `
    set -eu
    mount -t proc proc "$0/proc"
    mount --bind /dev "$0/dev"
    chroot "$0" apt-get -qq update
    chroot "$0" apt-get -qq install --no-install-recommends -- "$@"
    chroot "$0" apt-get clean`;
  execute('unshare', ['--mount', 'sh', '-c', script, root, ...packages]);
}

function prepare(root: string): void {
  const ssh = join(root, 'home/vagrant/.ssh');
  execute('chroot', [root, 'useradd', '--create-home', '--shell', '/bin/bash', 'vagrant']);
  mkdirSync(ssh, { mode: 0o700 });
  writeFileSync(join(ssh, 'authorized_keys'), insecurePublicKey(), { mode: 0o600 });
  execute('chroot', [root, 'chown', '-R', 'vagrant:vagrant', '/home/vagrant/.ssh']);
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content, { mode: path.includes('sudoers') ? 0o440 : 0o644 });
  }
  execute('chroot', [root, 'systemctl', 'enable', 'systemd-networkd', 'host-keys']);
}

/** Vagrant's public key as Debian's package has it. @throws Error when Vagrant is not installed. */
export function insecurePublicKey(): string {
  const vagrant = readdirSync(GEMS).find((name) => /^vagrant-\d/.test(name));
  if (vagrant === undefined) throw new Error(`Cannot make a box: there is no Vagrant in ${GEMS}`);
  return readFileSync(join(GEMS, vagrant, 'keys/vagrant.pub'), 'utf8');
}
