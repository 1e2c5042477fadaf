import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { processStart } from '../state/process-start.js';
import { canonical, pathsOf, type Rehearsed } from '../state/state-folder.js';
import { readRecord, writeRecord } from './record.js';

/** The word that tells the janitor that there is nothing to do. */
export const DISMISSED = 'dismissed';

/** A process that removes the hosts of a rehearsal when this process ends. */
export interface Janitor {
  /** Ends it: the hosts are removed, or kept. */
  dismiss(): Promise<void>;
}

/**
 * Starts the janitor of a rehearsal. It waits for the end of a pipe, which the system closes however this
 * process ends. A Ctrl-C on the terminal does not reach it: it is in a session of its own.
 */
export async function startJanitor(of: Rehearsed): Promise<Janitor> {
  const log = openSync(pathsOf(of).janitorLog, 'a', 0o600);
  const program = join(__dirname, 'janitor-process.js');
  const workspace = canonical(of.workspace);
  const child = spawn(process.execPath, [program, workspace, of.environment], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', log, log],
    env: childEnvironment(),
  });
  closeSync(log);
  const ended = once(child, 'exit').catch(() => undefined);
  child.stdin?.on('error', () => undefined);
  await once(child, 'spawn');
  const start = await processStart(child.pid ?? 0);
  const record = readRecord(of);
  if (record && start) writeRecord(of, { ...record, janitor: start });
  return {
    async dismiss() {
      child.stdin?.end(DISMISSED);
      await ended;
    },
  };
}
