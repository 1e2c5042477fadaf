import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder: the one above this file's, and above that of its copy in dist. */
export const WORKSPACE = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program in the workspace with its output on the terminal; ends this process with it when it fails.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} env what the program gets besides this process's variables
 */
export function run(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: WORKSPACE,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  if (status === 0) return;
  process.stderr.write(
    `Failed: ${[program, ...args].join(' ')}${error ? `: ${error.message}` : ''}\n`,
  );
  process.exit(1);
}

/**
 * Says what is done and how long it took.
 *
 * @param {string} what
 * @param {() => void | Promise<void>} action
 */
export async function timed(what, action) {
  const since = performance.now();
  process.stdout.write(`${what}\n`);
  await action();
  process.stdout.write(`  done in ${((performance.now() - since) / 1000).toFixed(1)} s\n`);
}

/** Installs what package-lock.json names unless just that is there, and builds the packages. */
export async function installAndBuild() {
  const modules = join(WORKSPACE, 'node_modules');
  const stamp = join(modules, '.cache', 'fairness-deploy-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(WORKSPACE, 'package-lock.json')))
    .digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    await timed('Installing npm packages (about half a minute)', () => {
      // Nothing here needs an install script; ssh2's would only build an optional accelerator.
      run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    });
    mkdirSync(join(modules, '.cache'), { recursive: true });
    writeFileSync(stamp, lock);
  }
  await timed('Building the packages', () => {
    run('npm', ['run', '--silent', 'build']);
  });
}

/** Installs what the sandbox's own driver for Debian needs; the packages must be built. */
export function installPrerequisites() {
  return bySandbox((sandbox, report) => sandbox.installPrerequisites(report));
}

/**
 * Installs Debian packages; the packages must be built.
 *
 * @param {readonly string[]} names
 */
export function installDebianPackages(names) {
  return bySandbox((sandbox, report) => sandbox.installDebianPackages(names, report));
}

/**
 * Ends this process when the action fails.
 *
 * @param {(sandbox: typeof import('@fairness-deploy/sandbox'), report: (line: string) => void) => Promise<void>} action
 */
async function bySandbox(action) {
  try {
    await action(await import('@fairness-deploy/sandbox'), (line) => {
      process.stdout.write(`${line}\n`);
    });
  } catch (error) {
    const { describeFailure } = await import('@fairness-deploy/shell/text');
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exit(1);
  }
}
