import { type SandboxHost } from '@fairness-deploy/sandbox';

/** A program and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** OpenSSH's command line to a host, with nothing of the user's own settings; what it runs there comes behind. */
export function sshTo({
  address,
  port,
  user,
  identityFile,
  knownHostsFile,
}: SandboxHost): CommandLine {
  return [
    'ssh',
    ...['-F', '/dev/null', '-i', identityFile, '-p', String(port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', `UserKnownHostsFile=${knownHostsFile}`],
    ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes'],
    `${user}@${address}`,
  ];
}
