import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';

const INSTEAD = `
Without them you can still use the plugins with hosts of your own (see README.md, "An
environment"), and check the code with: npm ci && npm run ok`;

/**
 * What this machine lacks to run Debian hosts of its own, all of it in one error, before
 * anything is changed. Plain JavaScript without dependencies: it runs before they are there.
 *
 * @throws Error that says what is missing and what to do instead.
 */
export function checkMachine() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const missing = [
    ...(major > 20 || (major === 20 && minor >= 19)
      ? []
      : [`Node.js 20.19 or later; this is ${process.versions.node}`]),
    ...(isDebian(osRelease()) ? [] : ['Debian 12 or later, whose packages and tools are used']),
    ...(process.getuid?.() === 0 ? [] : ['root, for namespaces and mounts: run it with sudo']),
    ...(process.getuid?.() !== 0 || canIsolate()
      ? []
      : [
          'network and mount namespaces: a container without privileges has none, a virtual machine has',
        ]),
    ...(['x64', 'arm64'].includes(process.arch)
      ? []
      : [`a processor of x64 or arm64; this is ${process.arch}`]),
    ...(process.getuid?.() !== 0 || holdsOverlays()
      ? []
      : [
          'a disk for overlays: /var/lib is on one itself, as in a container; mount a volume at /var/lib',
        ]),
    ...(process.getuid?.() !== 0 || existsSync('/sys/fs/cgroup')
      ? []
      : ['control groups at /sys/fs/cgroup']),
  ];
  if (missing.length > 0) {
    throw new Error(
      `This machine lacks:\n${missing.map((line) => `  - ${line}`).join('\n')}\n${INSTEAD.trim()}`,
    );
  }
}

/** Whether an os-release(5) is of Debian 12 or later; testing and unstable have no number. */
export function isDebian(release) {
  const version = /^VERSION_ID="?(\d+)/m.exec(release)?.[1] ?? Infinity;
  return /^ID=debian$/m.test(release) && Number(version) >= 12;
}

function osRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** statfs(2): an overlay can't hold the upper folder of another one. */
function holdsOverlays() {
  return statfsSync('/var/lib').type !== 0x794c7630;
}

function canIsolate() {
  try {
    execFileSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
