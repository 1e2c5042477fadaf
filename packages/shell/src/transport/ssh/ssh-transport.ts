import { elevation, openingError, sudoOf } from '../elevation.js';
import { ConnectError } from '../errors.js';
import { begunMark, bootstrap } from '../shell/bootstrap.js';
import { nonce } from '../../text/nonce.js';
import { openShell } from '../shell/open-shell.js';
import { inTurn } from '../shell/shell-turn.js';
import { ShellConnection } from '../shell/shell-connection.js';
import type { Wire } from '../shell/wire.js';
import type { Connection, Forwarding, Target, Transport } from '../transport.js';
import { within } from '../within.js';
import { forwardPort } from './forward.js';
import { label, type Client, type Endpoint } from './endpoint.js';
import type { Session } from './log-in.js';
import { noAnswer } from './open-socket.js';
import { publicKeyLine } from './public-key.js';
import { reach } from './reach.js';
import { readPins } from './read-pins.js';
import { route } from './route.js';
import { sessionWire } from './session-wire.js';
import { runOnTerminal } from './ssh-terminal.js';
import { thisClient, type SshSettings } from './this-client.js';

/**
 * Reaches machines over SSH as the user's own `ssh` does: with ~/.ssh/config, the agent
 * and jump hosts, but trusting only host keys that the target's own file pins. Never
 * asks for anything, and never forwards the agent.
 */
export function sshTransport(settings: SshSettings = {}): Transport {
  let client: Client | undefined;
  return {
    async connect(target, signal, tell): Promise<Connection> {
      signal?.throwIfAborted();
      client ??= thisClient(settings);
      const way = route(target, client);
      const pins = readPins(target.knownHostsFile);
      const sessions = await reach(way, pins, signal);
      try {
        return await openConnection(target, way, sessions, signal, tell);
      } catch (error) {
        for (const session of sessions) session.socket.destroy();
        throw error;
      }
    },
    async forward(target, port, tell, signal): Promise<Forwarding> {
      signal?.throwIfAborted();
      client ??= thisClient(settings);
      const way = route(target, client);
      const endpoint = way.at(-1);
      if (!endpoint) throw new RangeError('Cannot connect: there is no way');
      const sessions = await reach(way, readPins(target.knownHostsFile), signal);
      return forwardPort({ endpoint, sessions }, port, tell, signal);
    },
    async terminal(target, script, terminal, signal): Promise<number> {
      signal?.throwIfAborted();
      client ??= thisClient(settings);
      const way = route(target, client);
      const sessions = await reach(way, readPins(target.knownHostsFile), signal);
      const abort = (): void => {
        for (const { socket } of sessions) socket.destroy();
      };
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const endpoint = way.at(-1);
        if (!endpoint) throw new RangeError('Cannot connect: there is no way');
        return await runOnTerminal({ target, endpoint, sessions }, script, terminal);
      } finally {
        signal?.removeEventListener('abort', abort);
        abort();
      }
    },
  };
}

async function openConnection(
  target: Target,
  way: readonly Endpoint[],
  sessions: readonly Session[],
  signal: AbortSignal | undefined,
  tell: ((line: string) => void) | undefined,
): Promise<Connection> {
  const endpoint = way.at(-1);
  if (!endpoint) throw new RangeError('Cannot connect: there is no way');
  const root = elevation(target, endpoint.user === 'root', label(endpoint));
  const word = nonce();
  // The words need no quoting, and the program none but single quotes, whatever the login shell.
  const command = [`echo ${begunMark(word)};`, ...root.words, 'sh', '-c', `'${bootstrap(word)}'`];
  const machine = `${endpoint.host} ${String(endpoint.port)}`;
  const open = async (timeout: number) => {
    const wire = await within(
      start(sessions, command.join(' '), endpoint),
      timeout,
      () => noAnswer(endpoint, timeout),
      signal,
    );
    return { wire, opening: await openShell(wire, word, timeout, root.prompt, signal) };
  };
  const { wire, opening } = await inTurn(target, machine, open, tell, signal);
  if (opening.status === 'ready') {
    const key = sessions.at(-1)?.publicKey;
    const login = {
      user: endpoint.user,
      ...(key && { publicKey: publicKeyLine(key) }),
      ...sudoOf(target, root),
    };
    return new ShellConnection(reached(target, endpoint), login, label(endpoint), wire);
  }
  throw openingError(opening, { name: target.name, user: endpoint.user }, root, label(endpoint));
}

/** The target as it was found. */
function reached(target: Target, { host, port, user }: Endpoint): Target {
  const asked = target.address.replace(/^\[(.*)\]$/, '$1');
  return { ...target, address: host, port, user, ...(asked !== host && { alias: asked }) };
}

async function start(
  sessions: readonly Session[],
  command: string,
  endpoint: Endpoint,
): Promise<Wire> {
  try {
    return await sessionWire(sessions, command);
  } catch (error) {
    if (sessions.some(({ socket }) => !socket.writable)) {
      throw new ConnectError(
        'unreachable',
        `Cannot open a shell on ${label(endpoint)}: the connection was lost after the login`,
        {
          hint: 'Try again: nothing has run there. When it stays so, see there what the log says: journalctl -u ssh',
          cause: error,
        },
      );
    }
    throw new ConnectError(
      'protocol',
      `Cannot open a shell on ${label(endpoint)}: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'The key there may be allowed to run one command only (command= in authorized_keys)',
        cause: error,
      },
    );
  }
}
