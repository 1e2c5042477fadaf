import type { Wire } from '../shell/wire.js';
import type { Channel } from './libraries.js';
import type { Session } from './log-in.js';

/** How long output may still come after the shell's exit, in milliseconds. */
const EXIT_GRACE_MILLISECONDS = 500;

/**
 * Starts a command on the last of a way's sessions; the wire owns them all.
 *
 * @throws Error when the server refuses to start it or the connection ends.
 */
export async function sessionWire(sessions: readonly Session[], command: string): Promise<Wire> {
  const last = sessions.at(-1);
  if (!last) throw new RangeError('Cannot start a command: there is no session');
  const channel = await new Promise<Channel>((resolve, reject) => {
    // Not node-ssh's execCommand: it keeps all output in memory.
    last.client.exec(command, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const targetFirst = [...sessions].reverse();
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended: Promise.race([shellEnd(channel), ...sessions.map((session) => session.ended)]),
    // Says goodbye without waiting for an answer, which would cost a round trip.
    async close() {
      for (const { client, socket } of targetFirst) {
        client.end();
        await new Promise<void>((resolve) => {
          if (socket.writableFinished || socket.destroyed) resolve();
          else socket.once('finish', resolve).once('close', resolve);
        });
        socket.destroy();
      }
    },
    destroy() {
      for (const { socket } of targetFirst) socket.destroy();
    },
  };
}

function shellEnd(channel: Channel): Promise<string> {
  return new Promise((resolve) => {
    let exited = false;
    channel.on('exit', (status: number | null, signal?: string) => {
      exited = true;
      const reason =
        status === null
          ? `the shell was ended by ${signal ?? 'a signal'}`
          : `the shell ended with status ${String(status)}`;
      // 'close' comes when all output has been read, or not at all while children hold it open.
      const timer = setTimeout(resolve, EXIT_GRACE_MILLISECONDS, reason).unref();
      channel.on('close', () => {
        clearTimeout(timer);
        resolve(reason);
      });
    });
    channel.on('close', () => {
      // The session's end, which comes next, knows more.
      if (!exited)
        setTimeout(resolve, EXIT_GRACE_MILLISECONDS, 'the connection was closed').unref();
    });
  });
}
