import type { SandboxHost } from '../driver/sandbox-host.js';

/** OpenSSH's arguments for a host of a test; nothing of the user's own configuration is used. */
export function sshArguments(
  host: SandboxHost,
  command: readonly string[] = [],
): readonly string[] {
  return [
    ...['-F', '/dev/null', '-i', host.identityFile, '-p', String(host.port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', `UserKnownHostsFile=${host.knownHostsFile}`, '-o', 'GlobalKnownHostsFile=/dev/null'],
    `${host.user}@${host.address}`,
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}
