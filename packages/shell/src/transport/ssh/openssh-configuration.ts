import { join } from 'node:path';
import type { Target } from '../transport.js';
import { allowedKeys, hasOwnKeysOnly } from './allowed-keys.js';
import { invalid, type Endpoint } from './endpoint.js';
import { knownAs } from './known-hosts.js';
import { publicKeyLine } from './public-key.js';
import { readPins } from './read-pins.js';
import { route } from './route.js';
import { thisClient, type SshSettings } from './this-client.js';

/** The way to a target, for OpenSSH's own client. */
export interface OpenSshConfiguration {
  /** A whole ssh_config(5): for `ssh -F <its file> <alias>`. */
  readonly text: string;
  /** The name of the target in it. */
  readonly alias: string;
  /** The machines on the way whose key isn't pinned: ssh refuses them. */
  readonly unpinned: readonly string[];
  /** Files that it names and that must be written first, by their paths: public keys. */
  readonly files: ReadonlyMap<string, string>;
  /** The files of keys that ssh is not given, and why. */
  readonly leftOut: readonly string[];
}

/**
 * The way to a target as {@link sshTransport} goes it, for OpenSSH's own client: the same jump hosts,
 * users, ports and keys, and only host keys that the target's own file pins, also on jump hosts. Nothing
 * else of the user's ssh_config is in it, so no agent and no port is forwarded. No key that everybody has is tried,
 * and no file that could hold one, unless the target allows it.
 *
 * @param folder absolute path of the folder for `files`
 * @throws ConnectError when a name, a port, an option or a path can't be used.
 */
export async function openSshConfiguration(
  target: Target,
  folder: string,
  settings: SshSettings = {},
): Promise<OpenSshConfiguration> {
  const way = route(target, thisClient(settings));
  const pins = readPins(target.knownHostsFile);
  const aliases = way.map((_, at) => (at === way.length - 1 ? 'target' : `jump-${String(at + 1)}`));
  const keys = await Promise.all(way.map(allowedKeys));
  const files = new Map<string, string>();
  const hosts = way.map((endpoint, at) => {
    const { files: own = [], onlyOfAgent } = keys[at] ?? {};
    // OpenSSH takes the private key of a public one from the agent (ssh_config(5), IdentityFile).
    const ofAgent = onlyOfAgent?.map((key, of) => {
      const file = join(folder, `agent-${String(at + 1)}-${String(of + 1)}.pub`);
      files.set(file, `${publicKeyLine(key)}\n`);
      return file;
    });
    return hostBlock(endpoint, { own, ofAgent }, aliases[at] ?? '', aliases[at - 1]);
  });
  const unpinned = way.filter(({ hostKeyName }) => knownAs(hostKeyName, pins.hosts).length === 0);
  return {
    text: [...hosts, common(target)].map((block) => `${block.join('\n  ')}\n`).join('\n'),
    alias: 'target',
    unpinned: unpinned.map(({ name }) => name),
    files,
    leftOut: [...new Set(keys.flatMap(({ leftOut }) => leftOut))],
  };
}

/** Files of keys. */
interface KeyFiles {
  readonly own: readonly string[];
  /** Of public keys, when not all keys of the agent may be tried. */
  readonly ofAgent: readonly string[] | undefined;
}

function hostBlock(
  endpoint: Endpoint,
  { own, ofAgent }: KeyFiles,
  alias: string,
  through: string | undefined,
): readonly string[] {
  const { name, agent } = endpoint;
  const files = [...own, ...(ofAgent ?? [])];
  return [
    `Host ${alias}`,
    // The names and the user are without spaces and quotes: see endpointOf(). '%' is for ssh's own words.
    `HostName ${endpoint.host.replaceAll('%', '%%')}`,
    `Port ${String(endpoint.port)}`,
    `User ${endpoint.user}`,
    `HostKeyAlias ${endpoint.hostKeyName}`,
    ...(files.length === 0 ? ['IdentityFile none'] : []),
    ...files.map((file) => `IdentityFile ${pathValue(file, name)}`),
    `IdentitiesOnly ${ofAgent !== undefined || hasOwnKeysOnly(endpoint) ? 'yes' : 'no'}`,
    `IdentityAgent ${agent === undefined ? 'none' : pathValue(agent, name)}`,
    `ConnectTimeout ${String(Math.ceil(endpoint.timeout / 1000))}`,
    ...(through === undefined ? [] : [`ProxyJump ${through}`]),
  ];
}

function common({ knownHostsFile, name }: Target): readonly string[] {
  return [
    'Host *',
    `UserKnownHostsFile ${pathValue(knownHostsFile, name)}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    // The file is in git: a server must not add to it.
    'UpdateHostKeys no',
    'CheckHostIP no',
    'ForwardAgent no',
    'ForwardX11 no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
  ];
}

/** @throws ConnectError when ssh_config(5) has no way to write the path. */
function pathValue(path: string, name: string): string {
  if (/["\\\p{Cc}]|\$\{/u.test(path)) {
    throw invalid(
      name,
      `${JSON.stringify(path)} is no path that OpenSSH's configuration can hold`,
      'rename it: without quotes, backslashes and ${',
    );
  }
  return `"${path.replaceAll('%', '%%')}"`;
}
