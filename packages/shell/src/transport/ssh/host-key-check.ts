import { quote } from '../../text/quote.js';
import { HostKeyError } from '../errors.js';
import { label, type Endpoint } from './endpoint.js';
import { describeHostKey, fingerprint } from './host-key.js';
import { judge, knownAs, type KnownHost } from './known-hosts.js';

/**
 * Compares the key of a server with its pinned keys.
 *
 * @param file whose lines the hosts are, for messages.
 * @returns what is wrong, or undefined when the key is pinned.
 */
export function checkHostKey(
  endpoint: Endpoint,
  key: Buffer,
  hosts: readonly KnownHost[],
  file: string,
): HostKeyError | undefined {
  const name = endpoint.hostKeyName;
  const presented = describeHostKey(key, name);
  const shown = `${presented.type} ${presented.fingerprint}`;
  const verdict = judge(key, knownAs(name, hosts));
  switch (verdict.status) {
    case 'pinned':
      return undefined;
    case 'unknown':
      return new HostKeyError(
        'host-key-unknown',
        `Cannot trust ${label(endpoint)}: its host key ${shown} is not pinned in ${file}`,
        presented,
        {
          hint: `Compare it with what the machine says of itself, on its console: ${hostKeyCommand(presented.type)}`,
        },
      );
    case 'revoked':
      return new HostKeyError(
        'host-key-revoked',
        `Cannot trust ${label(endpoint)}: its host key ${shown} is marked as revoked (${file}:${String(verdict.entry.line)})`,
        presented,
        { hint: 'Give the machine a new host key' },
      );
    case 'changed': {
      const { entry } = verdict;
      return new HostKeyError(
        'host-key-changed',
        `Cannot trust ${label(endpoint)}: its host key is not the one that is pinned; ` +
          'it was set up anew, or another machine answers in its place\n' +
          `  pinned:    ${entry.type} ${fingerprint(entry.key)} (${file}:${String(entry.line)})\n` +
          `  presented: ${shown}`,
        presented,
        {
          hint: `If it was set up anew, forget the old key and ping it again: ssh-keygen -R ${quote(name)} -f ${quote(file)}`,
        },
      );
    }
  }
}

/** The command that prints the fingerprint of a machine's own key, where OpenSSH keeps it. */
function hostKeyCommand(type: string): string {
  const [, ecdsa] = /^(ecdsa)-/.exec(type) ?? [];
  return `ssh-keygen -lf /etc/ssh/ssh_host_${ecdsa ?? type.replace('ssh-', '')}_key.pub`;
}
