import type { Duplex } from 'node:stream';
import type { ConnectError, HostKeyError } from '../errors.js';
import type { Endpoint } from './endpoint.js';
import { checkHostKey } from './host-key-check.js';
import { identities } from './identities.js';
import { hostKeyAlgorithms, knownAs, type KnownHost } from './known-hosts.js';
import { newNodeSsh, type Client, type ClientError, type NodeSsh } from './libraries.js';
import { logInError, type Progress } from './log-in-error.js';
import { noAnswer } from './open-socket.js';
import {
  KEEPALIVE_INTERVAL_MILLISECONDS,
  SILENCE_TIMEOUT_MILLISECONDS,
  watch,
} from './watchdog.js';

/** The pinned keys, and the file that they stand in. */
export interface Pins {
  readonly file: string;
  readonly hosts: readonly KnownHost[];
}

export interface LogInOptions {
  /**
   * Whether the server may present a key of another type than the pinned ones. It isn't trusted for
   * that: but then the error can name the key.
   */
  readonly anyKeyType?: boolean;
  readonly signal?: AbortSignal;
}

/** An SSH connection on which a user has logged in. */
export interface Session {
  readonly ssh: NodeSsh;
  readonly client: Client;
  readonly socket: Duplex;
  /** The key that was accepted, as RFC 4253 encodes it; undefined when none was needed. */
  readonly publicKey: Buffer | undefined;
  /** Why it ended, for people. */
  readonly ended: Promise<string>;
}

/**
 * Shakes hands with the server at the other end of a socket and logs in. No key is tried
 * before the host's own key has been found among the pinned ones.
 *
 * @param opening the socket; while it opens, the library is loaded and keys are read.
 *
 * @throws ConnectError, or the signal's reason. The socket is closed then.
 */
export async function logIn(
  endpoint: Endpoint,
  opening: Promise<Duplex>,
  pins: Pins,
  options: LogInOptions = {},
): Promise<Session> {
  const { signal, anyKeyType = false } = options;
  const known = knownAs(endpoint.hostKeyName, pins.hosts);
  const progress: Progress = { phase: 'greeting', said: '', tried: [], methods: [] };
  let refused: HostKeyError | undefined;

  const ssh = newNodeSsh();
  const keys = identities(endpoint);
  const socket = await opening;
  if (signal?.aborted) {
    socket.destroy();
    signal.throwIfAborted();
  }
  const connected = ssh.connect({
    host: endpoint.host,
    username: endpoint.user,
    sock: socket,
    readyTimeout: BUSY * endpoint.timeout,
    keepaliveInterval: KEEPALIVE_INTERVAL_MILLISECONDS,
    // `watch` decides; this one only asks.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    algorithms: { kex: KEY_EXCHANGES, serverHostKey: hostKeyAlgorithms(anyKeyType ? [] : known) },
    hostVerifier: (key) => {
      refused ??= checkHostKey(endpoint, key, pins.hosts, pins.file);
      return refused === undefined;
    },
    authHandler: (methods, partial, next) => {
      progress.phase = 'authentication';
      if (methods) progress.methods = methods;
      void keys.then(({ usable }) => {
        const identity = usable[progress.tried.length];
        const accepted = methods === null || methods.includes('publickey');
        if (identity && accepted) progress.tried.push(identity.name);
        next(identity && accepted ? identity.authentication : false);
      });
      progress.partial = partial === true;
    },
  });
  // It is there as soon as `connect` has been called; it's undefined again after the end.
  const client = ssh.connection;
  if (!client) throw new TypeError('Cannot connect: node-ssh has made no client');

  client.on('banner', (message) => {
    progress.banner = message;
  });
  const ended = endOf(client, socket);
  let silent: ConnectError | undefined;
  const greeting = setTimeout(() => {
    if (progress.phase !== 'greeting') return;
    silent = noAnswer(endpoint);
    socket.destroy();
  }, endpoint.timeout);
  const greet = (chunk: Buffer): void => {
    progress.said += chunk.toString('latin1', 0, 500);
    // Other lines may come before it (RFC 4253, section 4.2).
    const greeted = /^SSH-/m.test(progress.said);
    if (greeted && progress.phase === 'greeting') progress.phase = 'handshake';
    if (greeted || progress.said.length >= 500) socket.off('data', greet);
  };
  socket.on('data', greet);
  const abort = (): void => {
    socket.destroy();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await connected;
    // The last one that was tried: the server asks for no more once it has accepted one.
    const { publicKey } = (await keys).usable[progress.tried.length - 1] ?? {};
    return { ssh, client, socket, publicKey, ended };
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    if (refused) throw refused;
    if (silent) throw silent;
    // ssh2 emits nothing else, and node-ssh passes it on.
    throw logInError(endpoint, error as ClientError, progress, await keys);
  } finally {
    clearTimeout(greeting);
    signal?.removeEventListener('abort', abort);
  }
}

/** A machine that has greeted is up, and may be busy: logging in may take so many times as long. */
const BUSY = 3;

/** Listens for as long as the client lives: an error without a listener would end this process. */
function endOf(client: Client, socket: Duplex): Promise<string> {
  let reason: string | undefined;
  client.on('error', (error) => {
    reason ??= `the connection failed (${error.message})`;
  });
  watch(socket, () => {
    reason ??= `nothing has come from it for ${String(SILENCE_TIMEOUT_MILLISECONDS / 1000)} s`;
    socket.destroy();
  });
  return new Promise((resolve) => {
    client.on('close', () => {
      resolve(reason ?? 'the connection was closed');
    });
  });
}

/** Curve25519 first; diffie-hellman-group-exchange last, because it costs 1.5 s of computing. */
const KEY_EXCHANGES = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
];
