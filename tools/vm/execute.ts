import { execFileSync } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** In bytes. */
const LONGEST_OUTPUT = 1 << 26;

/** Runs a program. @returns its output. @throws Error with what it said when it fails. */
export function execute(
  program: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): string {
  return execFileSync(program, words, {
    encoding: 'utf8',
    env: { ...childEnvironment(), DEBIAN_FRONTEND: 'noninteractive', ...variables },
    maxBuffer: LONGEST_OUTPUT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
