import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { RecordCollector } from '@fairness-deploy/core/engine';
import { ROOT_VARIABLES } from './root-variables.js';
import type { WatchSettings } from './watch-settings.js';

/**
 * Runs the script of the reads. Each run has a new mark, which no program on the host can guess.
 *
 * @throws Error when there is no shell.
 */
export async function runReads({
  reads,
  mark,
}: Pick<WatchSettings, 'reads' | 'mark'>): Promise<RecordCollector> {
  const nonce = randomBytes(16).toString('hex');
  const records = new RecordCollector(nonce);
  const shell = spawn('/bin/sh', ['-s'], {
    ...{ cwd: '/', env: ROOT_VARIABLES, stdio: ['pipe', 'pipe', 'ignore'] },
  });
  const ended = once(shell, 'close');
  shell.stdout.on('data', (chunk: Buffer) => {
    records.push(chunk);
  });
  // A shell that ends early says so by its records.
  shell.stdin.on('error', () => undefined);
  shell.stdin.end(reads.replaceAll(mark, nonce));
  await ended;
  return records;
}
