import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Runs a script on a host as root, over a connection of its own, and gives what it printed. */
export async function onHost({ address, port, user, identityFile, knownHostsFile }, script) {
  const ssh = spawn(
    'ssh',
    [
      ...['-F', '/dev/null', '-i', identityFile, '-p', String(port)],
      ...['-o', 'IdentitiesOnly=yes', '-o', `UserKnownHostsFile=${knownHostsFile}`],
      ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes'],
      `${user}@${address}`,
      'sh',
      '-s',
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
  );
  ssh.stdin.on('error', () => undefined);
  ssh.stdin.end(script);
  const [[status], stdout, stderr] = await Promise.all([
    once(ssh, 'exit'),
    text(ssh.stdout),
    text(ssh.stderr),
  ]);
  if (status !== 0)
    throw new Error(`A script on the host ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}
