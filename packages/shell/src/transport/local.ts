import { spawn } from 'node:child_process';
import { elevation, openingError, sudoOf } from './elevation.js';
import { childEnvironment } from '../client/child-environment.js';
import { bootstrap } from './shell/bootstrap.js';
import { nonce } from '../text/nonce.js';
import { localUser } from './local-user.js';
import { openShell } from './shell/open-shell.js';
import { inTurn } from './shell/shell-turn.js';
import { processWire } from './shell/process-wire.js';
import { ShellConnection } from './shell/shell-connection.js';
import type { Connection, Transport } from './transport.js';

/**
 * Runs scripts on this machine, in a shell that stays open, through sudo if the target asks for it.
 * Uses only the target's name and sudo.
 */
export const localTransport: Transport = {
  async connect(target, signal, tell): Promise<Connection> {
    signal?.throwIfAborted();
    const label = `${target.name} (this machine)`;
    const root = elevation(target, process.getuid?.() === 0, label);
    const word = nonce();
    // `env` only starts the shell. In a process group of its own: Ctrl-C is for the client, which
    // decides about the script.
    const child = spawn('env', [...root.words, 'sh', '-c', bootstrap(word)], {
      detached: true,
      env: childEnvironment(),
      stdio: 'pipe',
    });
    const wire = processWire(child);
    try {
      const open = (timeout: number) => openShell(wire, word, timeout, root.prompt, signal);
      const opening = await inTurn(target, 'this machine', open, tell, signal);
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
