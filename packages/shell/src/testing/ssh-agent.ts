import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quote } from '../text/quote.js';

/** A real ssh-agent, started for one test. */
export interface SshAgent {
  readonly socket: string;
  add(file: string, passphrase?: string): void;
  stop(): void;
}

/** Starts ssh-agent with its socket in a folder. */
export async function startSshAgent(folder: string): Promise<SshAgent> {
  const socket = path.join(folder, 'agent.sock');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && !existsSync(socket); tries += 1) await delay(20);
  return {
    socket,
    add(file, passphrase = '') {
      const asks = path.join(folder, 'askpass');
      // ssh-add runs a program that prints the passphrase, there being no terminal.
      writeFileSync(asks, `#!/bin/sh\necho ${quote(passphrase)}\n`, { mode: 0o700 });
      const env = { SSH_AUTH_SOCK: socket, SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force' };
      execFileSync('ssh-add', ['-q', file], { env: { ...process.env, ...env }, stdio: 'ignore' });
    },
    stop() {
      child.kill('SIGTERM');
    },
  };
}
