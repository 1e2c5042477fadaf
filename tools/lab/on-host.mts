import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type SandboxHost } from '@fairness-deploy/sandbox';
import { endOf } from './child.mjs';
import { sshTo } from './ssh.mjs';

/** Runs a script on a host as root, over a connection of its own, and gives what it printed. */
export async function onHost(host: SandboxHost, script: string): Promise<string> {
  const [program, ...args] = sshTo(host);
  const ssh = spawn(program, [...args, 'sh', '-s'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  ssh.stdin.on('error', () => undefined);
  ssh.stdin.end(script);
  const [status, stdout, stderr] = await Promise.all([
    endOf(ssh),
    text(ssh.stdout),
    text(ssh.stderr),
  ]);
  if (status !== 0)
    throw new Error(`A script on the host ended with ${String(status)}: ${stderr}${stdout}`);
  return stdout;
}
