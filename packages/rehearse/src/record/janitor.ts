import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { canonical, pathsOf, type Rehearsed } from '../state/state-folder.js';

/** The word that tells the janitor that there is nothing to do. */
export const DISMISSED = 'dismissed';

/** A process that removes the hosts of a rehearsal when this process ends. */
export interface Janitor {
  /** Ends it: the hosts are removed, or kept. */
  dismiss(): Promise<void>;
}

/**
 * Starts the janitor of a rehearsal. It waits for the end of a pipe, which the system closes however this
 * process ends; this process does not wait for it. A Ctrl-C on the terminal does not reach it: it is in a
 * session of its own.
 *
 * @param id of the rehearsal; the janitor leaves any other one alone
 */
export async function startJanitor(of: Rehearsed, id: string): Promise<Janitor> {
  const log = openSync(pathsOf(of).janitorLog, 'a', 0o600);
  const program = join(__dirname, 'janitor-process.js');
  const workspace = canonical(of.workspace);
  const child = spawn(process.execPath, [program, workspace, of.environment, id], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', log, log],
    env: childEnvironment(),
  });
  closeSync(log);
  const ended = once(child, 'exit').catch(() => undefined);
  // Sound: a pipe of a child is a socket.
  const input = child.stdin as Socket;
  input.on('error', () => undefined);
  await once(child, 'spawn');
  child.unref();
  input.unref();
  return {
    async dismiss() {
      child.ref();
      input.end(DISMISSED);
      await ended;
    },
  };
}
