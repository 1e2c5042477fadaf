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
 * Checks what the demo needs: Debian and root, or a container engine, but not for https.
 *
 * @param {boolean} tls
 * @throws Error that says what is missing and what to do instead.
 */
export function checkForDemo(tls) {
  const debian = debianProblems();
  // On Debian, root gets git by what follows.
  const git = debian.length === 0 || !isMissing(ask('git', '--version')) ? [] : ['git'];
  refuse([...nodeProblems(), ...(tls ? tlsProblems(debian) : hostProblems(debian)), ...git]);
}

/** @param {readonly string[]} debian */
function tlsProblems(debian) {
  if (debian.length === 0) return [];
  return [`for --tls: ${debian.join('; ')}\n    or run it over http: npm run demo`];
}

/** @param {readonly string[]} debian */
function hostProblems(debian) {
  if (debian.length === 0) return [];
  const engines = [
    engineProblem('podman', ask('podman', 'info')),
    engineProblem('docker', ask('docker', 'version')),
  ];
  if (engines.includes(undefined)) return [];
  const failing = engines.filter((problem) => problem !== NOT_INSTALLED);
  return [
    `Podman or Docker that answers ${failing.length === 0 ? '(install Podman: https://podman.io, then try: podman info)' : `(${failing.join('; ')})`}
    or, instead of it: ${debian.join('; ')}`,
  ];
}

const NOT_INSTALLED = '';

/**
 * Why a container engine does not work for this user.
 *
 * @param {string} program
 * @param {Asked} asked how its question about itself ended
 * @returns undefined when it works, and '' when it is not installed
 */
export function engineProblem(program, asked) {
  if (isMissing(asked)) return NOT_INSTALLED;
  if (asked.status === 0) return undefined;
  const said = asked.stderr.trim().split('\n');
  // Warnings come first, and are not the reason.
  const reason = said.filter((line) => !/^(?:time="[^"]*" level=warning |WARN)/.test(line));
  const hint = /new[ug]idmap/.test(asked.stderr) ? '; on Debian: apt-get install uidmap' : '';
  return `${program} is installed and fails: ${(reason.length > 0 ? reason : said).slice(-2).join(' ')}${hint}`;
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

/**
 * How a program has ended.
 *
 * @typedef {{ readonly status: number | null, readonly stderr: string, readonly error?: Error | undefined }} Asked
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Asked}
 */
const ask = (program, ...args) =>
  spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });

/**
 * Whether there is no such program.
 *
 * @param {Asked} asked
 */
const isMissing = ({ error }) => error !== undefined;

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
