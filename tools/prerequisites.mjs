import { readFileSync } from 'node:fs';

const INSTEAD = `
Without them you can still use the plugins with hosts of your own (see README.md, "An
environment"), and check the code with: npm ci && npm run ok`;

/**
 * Checks the prerequisites for Debian hosts on this machine that are most likely missing, before
 * anything is installed. Plain JavaScript without dependencies. The package sandbox, once it is
 * built, checks the rest.
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
  ];
  if (missing.length > 0) {
    throw new Error(
      `This machine lacks:\n${missing.map((line) => `  - ${line}`).join('\n')}\n${INSTEAD.trim()}`,
    );
  }
}

/**
 * Whether an os-release(5) is of Debian 12 or later; testing and unstable have no number.
 *
 * @param {string} release
 */
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
