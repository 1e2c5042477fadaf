import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ConnectError } from '../errors.js';
import { within } from '../within.js';
import { label, sshCommand, type Endpoint } from './endpoint.js';
import { logIn, type LogInOptions, type Pins, type Session } from './log-in.js';
import { DroppedError, KeyTypeError } from './log-in-error.js';
import { noAnswer, openSocket } from './open-socket.js';
import { refuseInsecureFile } from './refused-keys.js';
import { throttle } from '../throttle.js';

/** Below the 10 half-open logins at which sshd begins to refuse some (MaxStartups 10:30:100). */
const HANDSHAKES = 8;

/** Milliseconds to wait before each further try, when a server hangs up at once. */
const BACK_OFF = [200, 400, 800, 1600];

const shakeHands = throttle(HANDSHAKES);

/**
 * Logs in on each machine of a way, each through the one before it.
 *
 * @returns the sessions in order; the last is the target's.
 * @throws ConnectError, or the signal's reason. No session is left open then.
 */
export async function reach(
  way: readonly Endpoint[],
  pins: Pins,
  signal?: AbortSignal,
): Promise<readonly Session[]> {
  for (const endpoint of way) await refuseInsecureFile(endpoint);
  const sessions: Session[] = [];
  try {
    for (const endpoint of way) {
      const before = sessions.at(-1);
      const open = before
        ? () => forward(before, endpoint, signal)
        : () => openSocket(endpoint, signal);
      sessions.push(await connectRetrying(endpoint, pins, open, signal ? { signal } : {}));
    }
    return sessions;
  } catch (error) {
    for (const session of sessions.reverse()) session.socket.destroy();
    throw error;
  }
}

/** Tries again where a later try may succeed: a server that is busy, or has no key of a pinned type. */
async function connectRetrying(
  endpoint: Endpoint,
  pins: Pins,
  open: () => Promise<Duplex>,
  options: LogInOptions,
): Promise<Session> {
  const lane = `${endpoint.host} ${String(endpoint.port)}`;
  for (let tries = 0; ; tries += 1) {
    try {
      return await shakeHands(lane, () => logIn(endpoint, open(), pins, options), options.signal);
    } catch (error) {
      if (error instanceof KeyTypeError && !options.anyKeyType) {
        return connectRetrying(endpoint, pins, open, { ...options, anyKeyType: true });
      }
      const pause = BACK_OFF[tries];
      if (!(error instanceof DroppedError) || pause === undefined) throw error;
      // Logins that were refused together must not come back together.
      await delay(pause * (0.5 + Math.random()));
      options.signal?.throwIfAborted();
    }
  }
}

async function forward(
  through: Session,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const { host, port, timeout } = endpoint;
  const opened = through.ssh.forwardOut('127.0.0.1', 0, host, port).catch((error: unknown) => {
    throw new ConnectError(
      'unreachable',
      `Cannot connect to ${label(endpoint)}: the jump host before it can't reach it ` +
        `(${error instanceof Error ? error.message : String(error)})`,
      {
        hint: `Start the machine, or check there that ${sshCommand(endpoint)} works`,
        cause: error,
      },
    );
  });
  return within(opened, timeout, () => noAnswer(endpoint), signal);
}
