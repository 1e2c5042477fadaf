import { spawn } from 'node:child_process';
import { elevation, openingError, sudoOf } from './elevation.js';
import { bootstrap } from './shell/bootstrap.js';
import { nonce } from '../stream/nonce.js';
import { localUser } from './local-user.js';
import { openShell } from './shell/open-shell.js';
import { processWire } from './shell/process-wire.js';
import { ShellConnection } from './shell/shell-connection.js';
import type { Connection, Target, Transport } from './transport.js';

/** How long sh, or sudo, may take to start, in milliseconds. */
const TIMEOUT = 10_000;

/**
 * Runs scripts on this machine, in a shell that stays open, through sudo if the target
 * asks for it. Of the target, only its name and sudo are looked at.
 */
export const localTransport: Transport = {
  async connect(target: Target, signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    const label = `${target.name} (this machine)`;
    const root = elevation(target, process.getuid?.() === 0, label);
    const word = nonce();
    // `env` only starts what follows. A group of its own: Ctrl-C is for the client, which decides what becomes of the script.
    const child = spawn('env', [...root.words, 'sh', '-c', bootstrap(word)], {
      detached: true,
      stdio: 'pipe',
    });
    const wire = processWire(child);
    try {
      const opening = await openShell(wire, word, TIMEOUT, root.prompt, signal);
      const user = localUser();
      if (opening.status === 'ready') {
        return new ShellConnection(target, { user, ...sudoOf(target, root) }, label, wire);
      }
      // No login shell is in between.
      const failed = opening.status === 'wrong-answer' ? opening : { ...opening, begun: true };
      throw openingError(failed, { name: target.name, user }, root, label);
    } catch (error) {
      wire.destroy();
      throw error;
    }
  },
};
