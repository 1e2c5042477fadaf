import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemPath } from '../system/command.js';
import { installDebianPackages } from '../system/debian-packages.js';
import { stateDirectory } from '../system/paths.js';
import type { Report } from '../system/report.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** The programs that are run, and their Debian packages. */
const programs: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  debootstrap: 'debootstrap',
  ip: 'iproute2',
  nft: 'nftables',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  flock: 'util-linux',
  mount: 'mount',
  xz: 'xz-utils',
};

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The prerequisites that this machine lacks, a line each, with a hint. Changes nothing. */
export function checkPrerequisites(): readonly string[] {
  const packages = missingPackages();
  return [
    ...impossibilities(),
    ...(packages.length === 0
      ? []
      : [`Debian packages are missing. Run: apt-get install -y ${packages.join(' ')}`]),
  ];
}

/**
 * Installs the missing Debian packages; does nothing when none is missing.
 * @throws HintedError when a missing prerequisite is no package, or apt fails.
 */
export async function installPrerequisites(report: Report): Promise<void> {
  const problems = impossibilities();
  if (problems.length > 0) {
    throw new HintedError(`Cannot run hosts by nspawn on this machine: ${problems.join('\n')}`, {
      hint: 'Use a Debian machine (a virtual one will do) as root, or containers: sandbox: { driver: container }',
    });
  }
  await installDebianPackages(missingPackages(), report);
}

/** The prerequisites that no package can install. */
export function impossibilities(): readonly string[] {
  const debian = /^ID=debian$/m.test(readText('/etc/os-release'));
  return [
    ...(process.platform === 'linux' && debian ? [] : ["This machine isn't Debian"]),
    ...(process.getuid?.() === 0 ? [] : ['You are not root']),
    ...(process.arch === 'x64' || process.arch === 'arm64'
      ? []
      : [`The processor is ${process.arch}, not x64 or arm64`]),
    ...['pid', 'net', 'mnt', 'uts', 'ipc']
      .filter((kind) => process.platform === 'linux' && !existsSync(`/proc/self/ns/${kind}`))
      .map((kind) => `The kernel has no ${kind} namespaces`),
    ...(has('CAP_SYS_ADMIN') && has('CAP_NET_ADMIN')
      ? []
      : [`Root may not make mounts and networks here, as in an unprivileged container`]),
    ...(existsSync('/sys/fs/cgroup') ? [] : [`There are no control groups at /sys/fs/cgroup`]),
    ...(/\toverlay$/m.test(readText('/proc/filesystems')) || existsModule('overlay')
      ? []
      : [`The kernel has no overlay file system`]),
    ...(holdsOverlays()
      ? []
      : [`"${stateDirectory}" is itself on an overlay. Mount a disk or a tmpfs there`]),
  ];
}

const bits: Readonly<Record<string, bigint>> = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n };

/** Whether this process has the capability; only asked for root. */
function has(capability: string): boolean {
  const effective = /^CapEff:\t([0-9a-f]+)$/m.exec(readText('/proc/self/status'))?.[1];
  if (effective === undefined || process.getuid?.() !== 0) return true;
  return ((BigInt(`0x${effective}`) >> (bits[capability] ?? 0n)) & 1n) === 1n;
}

function existsModule(name: string): boolean {
  const release = readText('/proc/sys/kernel/osrelease').trim();
  return new RegExp(`/${name}\\.ko`, 'm').test(readText(`/lib/modules/${release}/modules.dep`));
}

function holdsOverlays(): boolean {
  let folder = stateDirectory;
  while (!existsSync(folder)) folder = dirname(folder);
  const overlayMagic = 0x794c7630;
  return statfsSync(folder).type !== overlayMagic;
}

function missingPackages(): readonly string[] {
  const missing = Object.keys(programs)
    .filter((program) => !isInstalled(program))
    .map((program) => programs[program] ?? program);
  return [...new Set(existsSync(keyring) ? missing : [...missing, 'debian-archive-keyring'])];
}

function isInstalled(program: string): boolean {
  return systemPath.split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
