/** A box of Vagrant for its provider lxc, made of the Debian root of the sandbox. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianBase } from '@fairness-deploy/sandbox/testing';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** Where Debian's package keeps Vagrant. */
const GEMS = '/usr/share/rubygems-integration/all/gems';

/** The address of lxc-net's bridge, whose dnsmasq answers for names. */
const BRIDGE = '10.0.3.1';

const FILES: Readonly<Record<string, string>> = {
  'etc/sudoers.d/vagrant': 'vagrant ALL=(ALL) NOPASSWD: ALL\n',
  'etc/systemd/network/eth0.network': '[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n',
  'etc/resolv.conf': `nameserver ${BRIDGE}\n`,
  // The root has no host keys: each host makes its own.
  'etc/systemd/system/host-keys.service':
    '[Unit]\nBefore=ssh.service\n[Service]\nType=oneshot\nExecStart=/usr/bin/ssh-keygen -A\n[Install]\nWantedBy=multi-user.target\n',
};

const CONFIGURATION = `lxc.include = /usr/share/lxc/config/common.conf
lxc.tty.dir =
lxc.arch = ${process.arch === 'arm64' ? 'arm64' : 'amd64'}
lxc.apparmor.profile = unconfined
`;

/**
 * Makes a box: the user vagrant with Vagrant's public key and sudo, as Vagrant wants it.
 *
 * @param folder for its parts
 * @returns its path
 * @throws Error when a program fails.
 */
export async function makeLxcBox(folder: string): Promise<string> {
  const work = mkdtempSync(join(folder, 'box-'));
  const [upper, scratch, root] = ['upper', 'work', 'root'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [upper, scratch, root]) mkdirSync(each);
  const layers = `lowerdir=${await debianBase()},upperdir=${upper},workdir=${scratch}`;
  run('mount', '-t', 'overlay', 'overlay', '-o', layers, root);
  try {
    prepare(root);
    run('tar', '-C', work, '-I', 'gzip -1', '-cf', join(work, 'rootfs.tar.gz'), './root');
  } finally {
    run('umount', root);
  }
  writeFileSync(join(work, 'lxc-config'), CONFIGURATION);
  writeFileSync(join(work, 'metadata.json'), '{"provider":"lxc","version":"1.0.0"}');
  const box = join(folder, 'lxc.box');
  run('tar', '-C', work, '-cf', box, 'metadata.json', 'rootfs.tar.gz', 'lxc-config');
  rmSync(work, { recursive: true });
  return box;
}

function prepare(root: string): void {
  const ssh = join(root, 'home/vagrant/.ssh');
  const inside = (...words: readonly string[]): void => {
    run('chroot', root, ...words);
  };
  inside('useradd', '--create-home', '--shell', '/bin/bash', 'vagrant');
  mkdirSync(ssh, { mode: 0o700 });
  writeFileSync(join(ssh, 'authorized_keys'), insecurePublicKey(), { mode: 0o600 });
  inside('chown', '-R', 'vagrant:vagrant', '/home/vagrant/.ssh');
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content, { mode: path.includes('sudoers') ? 0o440 : 0o644 });
  }
  inside('systemctl', 'enable', 'systemd-networkd', 'host-keys');
}

/** Vagrant's public key as Debian's package has it. @throws Error when Vagrant is not installed. */
export function insecurePublicKey(): string {
  const vagrant = readdirSync(GEMS).find((name) => /^vagrant-\d/.test(name));
  if (vagrant === undefined) throw new Error(`Cannot make a box: there is no Vagrant in ${GEMS}`);
  return readFileSync(join(GEMS, vagrant, 'keys/vagrant.pub'), 'utf8');
}

function run(program: string, ...words: readonly string[]): void {
  execFileSync(program, words, { env: childEnvironment(), stdio: ['ignore', 'ignore', 'pipe'] });
}
