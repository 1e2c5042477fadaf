import { createHash } from 'node:crypto';
import { renderSourcesList } from '../../machine/apt-sources.js';
import type { AptRegistries } from '../../machine/registries.js';

/**
 * The packages of Debian's own server images beyond the essential ones, as far as a container needs
 * them.
 */
export const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'libpam-systemd',
  'openssh-server',
  'sudo',
  'cron',
  'curl',
  'git',
  'ca-certificates',
  'iproute2',
  'procps',
  'less',
] as const;

/** Files of the base root, by path; values are their whole content. */
export function baseFiles(registries: AptRegistries): Readonly<Record<string, string>> {
  return {
    'etc/apt/sources.list': renderSourcesList(registries.sources),
    'etc/apt/apt.conf.d/80sandbox-machine': registries.settings,
    'etc/apt/apt.conf.d/81sandbox-proxy': '',
    // Root may log in with a key only: Debian's default, written down.
    'etc/ssh/sshd_config.d/sandbox.conf': 'PermitRootLogin prohibit-password\n',
    'etc/hostname': 'debian\n',
    'etc/machine-id': '',
    'etc/fstab': '',
  };
}

/**
 * Accounts of people in a host get numbers that hardly anybody has on this machine: a process of the same
 * number here can enter those of the host by /proc. As useradd(8) and adduser(8) read it.
 */
export const accountNumbers = `
sed -i -E 's/^(UID_MIN|GID_MIN)[[:space:]].*/\\1 50000/; s/^(UID_MAX|GID_MAX)[[:space:]].*/\\1 59999/' /etc/login.defs
printf 'SYS_%sID_MAX 999\n' U G >>/etc/login.defs
[ ! -e /etc/adduser.conf ] || printf 'FIRST_%sID=50000\nLAST_%sID=59999\n' U U G G >>/etc/adduser.conf
`;

/** These would take apt's lock, or the disk's time, at any moment of a test. */
export const disabledTimers = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
] as const;

/** Made anew for every host, or needed only while building. */
export const removedAfterwards = [
  'etc/ssh/ssh_host_ecdsa_key',
  'etc/ssh/ssh_host_ecdsa_key.pub',
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssh/ssh_host_ed25519_key.pub',
  'etc/ssh/ssh_host_rsa_key',
  'etc/ssh/ssh_host_rsa_key.pub',
  'etc/resolv.conf',
  'var/lib/dbus/machine-id',
  'var/log/bootstrap.log',
] as const;

/** Change it when buildBase() makes another root of the same recipe. */
const revision = 1;

/** Identifies the base root that this recipe makes; another key, another root. */
export function baseKey(registries: AptRegistries): string {
  const recipe = JSON.stringify([
    revision,
    packages,
    baseFiles(registries),
    disabledTimers,
    accountNumbers,
    removedAfterwards,
    process.arch,
  ]);
  const digest = createHash('sha256').update(recipe).digest('hex');
  return `${registries.codename}-${digest.slice(0, 12)}`;
}
