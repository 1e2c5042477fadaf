import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const INSTEAD = `
Without them you can still use the plugins with hosts of your own (see README.md, "An
environment"), and check the code with: npm ci && npm run ok`;

/**
 * Checks what the tests of hosts need that is most likely missing, before anything is installed. Plain
 * JavaScript without dependencies. The package sandbox, once it is built, checks the rest.
 *
 * @throws Error that says what is missing and what to do instead.
 */
export function checkForTests() {
  refuse([...nodeProblems(), ...debianProblems()]);
}

/**
 * Checks what the demo needs: Debian and root, or a container engine.
 *
 * @throws Error that says what is missing and what to do instead.
 */
export function checkForDemo() {
  const debian = debianProblems();
  const either =
    debian.length === 0 || hasEngine()
      ? []
      : [
          `Podman or Docker that answers (install Podman: https://podman.io, then try: podman info)
    or, instead of it: ${debian.join('; ')}`,
        ];
  // On Debian, root gets git by what follows.
  const git = debian.length === 0 || has('git') ? [] : ['git'];
  refuse([...nodeProblems(), ...either, ...git]);
}

/** @param {readonly string[]} missing */
function refuse(missing) {
  if (missing.length === 0) return;
  throw new Error(
    `This machine lacks:\n${missing.map((line) => `  - ${line}`).join('\n')}\n${INSTEAD.trim()}`,
  );
}

function nodeProblems() {
  if (process.platform === 'win32') {
    return ['Linux or macOS; this is Node.js for Windows: run it in WSL 2, see docs/windows.md'];
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? []
    : [`Node.js 20.19 or later; this is ${process.versions.node}`];
}

/** What nspawn and the installation of Debian packages need. */
export function debianProblems() {
  return [
    ...(isDebian(osRelease()) ? [] : ['Debian 12 or later, whose packages and tools are used']),
    ...(process.getuid?.() === 0 ? [] : ['root, for namespaces and mounts: run it with sudo']),
  ];
}

const hasEngine = () => has('podman', 'info') || has('docker', 'version');

/**
 * Whether a program is there, and succeeds.
 *
 * @param {string} program
 * @param {readonly string[]} args
 */
const has = (program, ...args) =>
  spawnSync(program, args.length > 0 ? args : ['--version'], { stdio: 'ignore' }).status === 0;

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
