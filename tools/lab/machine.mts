import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { WORKSPACE } from '../install.mjs';

/** The parts of the machine that figures depend on. */
export function describeMachine() {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memory: totalmem(),
    kernel: release(),
    node: process.versions.node,
    commit: git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain') ? '+' : ''),
  };
}

/** How many processes wanted to run, on average over the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

function git(...args: readonly string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: WORKSPACE,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // An unpacked archive has no repository.
    return 'unknown';
  }
}
