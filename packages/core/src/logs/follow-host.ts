import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConnectError,
  ConnectionLostError,
  type Connection,
  RunTimeoutError,
} from '@fairness-deploy/shell';
import { failureOf } from '@fairness-deploy/shell/text';
import { FrameStream, type Frame } from './frames.js';
import type { FeedEvent, LogFeed } from './log-feed.js';
import { logScript, type LogRequest } from './log-script.js';

/** Seconds between two tries to connect again: at first, and at most. */
const FIRST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;

/** How a host's logs are read. */
export interface HostReading {
  readonly connection: Connection;
  readonly feed: LogFeed;
  readonly request: LogRequest;
  /** Takes what comes, in order. More is read when its promise is fulfilled. */
  readonly take: (events: readonly FeedEvent[], bytes: number) => Promise<void> | undefined;
  readonly signal: AbortSignal;
}

/** Reads a host's logs in one round trip: to their end, or while they are followed, without one. */
export async function readLogs({
  connection,
  feed,
  request,
  take,
  signal,
}: HostReading): Promise<void> {
  const frames = new FrameStream();
  const seen = new Set<Frame['kind']>();
  const { status, stderr } = await connection.run(logScript(request, feed.wanted), {
    ...{ signal, outputLimit: Number.POSITIVE_INFINITY },
    ...(request.follow && { deadline: Number.POSITIVE_INFINITY }),
    onOutput: (chunk) => {
      const events = frames.read(chunk).flatMap((frame) => {
        seen.add(frame.kind);
        return feed.take(frame);
      });
      return take(events, chunk.length);
    },
  });
  if (status !== 0 || !seen.has('end')) {
    const why = stderr.trim() || `the program there ended with status ${String(status)}`;
    const message = `Cannot read the logs of ${connection.target.name}: ${why}`;
    // A host that shuts down ends its programs before its connections.
    throw request.follow && seen.has('hello')
      ? new ConnectionLostError(message, stderr)
      : new Error(message);
  }
  if (!request.follow) await take(feed.end(), 0);
}

/** How a host's logs are followed. */
export interface HostFollowing extends HostReading {
  /** Makes one more connection to the host. */
  readonly another: (signal: AbortSignal) => Promise<Connection>;
  /** Gets a line for people. */
  readonly say: (text: string) => void;
}

/**
 * Follows a host's logs until the signal is aborted. When the connection is lost, it connects again, after a pause that grows to
 * half a minute, and goes on where it was: no line is lost, and none comes twice.
 *
 * @throws what can't be repaired by another try, such as a HostKeyError.
 */
export async function followHost(following: HostFollowing): Promise<void> {
  const { feed, signal, say, another } = following;
  const isOver = (): boolean => signal.aborted;
  let connection: Connection | undefined = following.connection;
  while (!isOver()) {
    try {
      if (connection) await readLogs({ ...following, connection });
      return;
    } catch (error) {
      if (isOver()) return;
      if (!isLost(error)) throw error;
      say(`${failureOf(error).message}. Connecting again`);
    } finally {
      if (connection !== following.connection) await connection?.close();
    }
    feed.reconnect();
    connection = await connectAgain(another, say, signal);
    if (connection) say('Connected again; the logs go on where they were');
  }
}

function isLost(error: unknown): boolean {
  return error instanceof ConnectionLostError || error instanceof RunTimeoutError;
}

async function connectAgain(
  another: (signal: AbortSignal) => Promise<Connection>,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<Connection | undefined> {
  const isOver = (): boolean => signal.aborted;
  for (let pause = FIRST_PAUSE_SECONDS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_SECONDS)) {
    await sleep(pause * 1000, undefined, { signal }).catch(() => undefined);
    if (isOver()) return undefined;
    try {
      return await another(signal);
    } catch (error) {
      if (isOver()) return undefined;
      if (!isPassing(error)) throw error;
      const next = Math.min(2 * pause, LONGEST_PAUSE_SECONDS);
      say(`${failureOf(error).message}. Trying again in ${String(next)} s`);
    }
  }
}

/** What another try may find otherwise. A machine that boots also refuses logins. */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectError && !/^(?:host-key|configuration)/.test(error.reason);
}
