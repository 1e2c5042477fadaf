/** OpenSSH's command line to a host, with nothing of the user's own settings; what it runs there comes behind. */
export function sshTo({ address, port, user, identityFile, knownHostsFile }) {
  return [
    'ssh',
    ...['-F', '/dev/null', '-i', identityFile, '-p', String(port)],
    ...['-o', 'IdentitiesOnly=yes', '-o', `UserKnownHostsFile=${knownHostsFile}`],
    ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes'],
    `${user}@${address}`,
  ];
}
