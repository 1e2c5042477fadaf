import { constants } from 'node:os';
import type { Script } from '../../script/sh.js';
import { MarkFinder } from '../../stream/mark-finder.js';
import { Tail } from '../../stream/tail.js';
import { excerpt } from '../../text/excerpt.js';
import { nonce } from '../../text/nonce.js';
import { elevation, type Elevation } from '../elevation.js';
import { ConnectError, ConnectionLostError } from '../errors.js';
import { terminalBootstrap, terminalMarks, terminalRequest } from '../shell/bootstrap.js';
import type { Target, Terminal } from '../transport.js';
import { label, type Endpoint } from './endpoint.js';
import type { Channel } from './libraries.js';
import type { Session } from './log-in.js';

/** Seconds until the script must run. */
const OPENING_TIMEOUT_SECONDS = 60;

/** How long output may still come after the script's exit, in milliseconds. */
const EXIT_GRACE_MILLISECONDS = 500;

/** A target on which users have logged in on all machines of the way. */
interface Reached {
  readonly target: Target;
  readonly endpoint: Endpoint;
  readonly sessions: readonly Session[];
}

/**
 * Runs a script on a terminal of the last session's machine. The sessions are left to the caller.
 *
 * @throws as Transport.terminal does.
 */
export async function runOnTerminal(
  { target, endpoint, sessions }: Reached,
  script: Script,
  terminal: Terminal,
): Promise<number> {
  const name = label(endpoint);
  const root = elevation(target, endpoint.user === 'root', name);
  const word = nonce();
  const command = [...root.words, 'sh', '-c', `'${terminalBootstrap(word)}'`].join(' ');
  const channel = await openChannel(sessions, command, terminal, name);
  const ended = endOf(channel, sessions);
  let giveBack = (): void => undefined;
  const early: Buffer[] = [];
  let running = false;
  // Before the script prints anything: who sees that may press a key.
  const take = (): void => {
    giveBack = terminal.take(
      (keys) => {
        if (running) channel.write(keys);
        else early.push(keys);
      },
      ({ rows, columns }) => {
        channel.setWindow(rows, columns, 0, 0);
      },
    );
    const { rows, columns } = terminal.size();
    channel.setWindow(rows, columns, 0, 0);
  };
  const show = (bytes: Buffer): void => {
    terminal.write(bytes);
  };
  try {
    await begin(channel, { word, root, script, name, target }, ended, { take, show });
    running = true;
    for (const keys of early) channel.write(keys);
    const end = await ended;
    if (typeof end === 'number') return end;
    throw new ConnectionLostError(`Cannot reach ${name} any more: ${end}`, '', {
      hint: 'the program on the terminal has got SIGHUP, which ends most programs',
    });
  } finally {
    giveBack();
  }
}

function openChannel(
  sessions: readonly Session[],
  command: string,
  terminal: Terminal,
  name: string,
): Promise<Channel> {
  const last = sessions.at(-1);
  if (!last) throw new RangeError('Cannot open a terminal: there is no session');
  const { rows, columns } = terminal.size();
  const pty = { term: terminal.type, rows, cols: columns };
  return new Promise((resolve, reject) => {
    last.client.exec(command, { pty }, (error, channel) => {
      if (!error) resolve(channel);
      else reject(failure(name, error.message));
    });
  });
}

interface Beginning {
  readonly word: string;
  readonly root: Elevation;
  readonly script: Script;
  readonly name: string;
  readonly target: Target;
}

/**
 * Sends the script, and waits until it runs. Answers sudo once, when it asks. Nothing of what the
 * terminal shows until then is for people.
 *
 * @param to.take is called before the script is sent
 * @param to.show gets all that the script prints, from its first byte on
 */
function begin(
  channel: Channel,
  { word, root: { prompt }, script, name, target }: Beginning,
  ended: Promise<number | string>,
  to: { readonly take: () => void; readonly show: (bytes: Buffer) => void },
): Promise<void> {
  const marks = terminalMarks(word);
  const ready = new MarkFinder(marks.ready);
  const begun = new MarkFinder(marks.begun);
  const question = prompt && new MarkFinder(prompt.mark);
  const said = new Tail(4096);
  const seconds = target.shellTimeout ?? OPENING_TIMEOUT_SECONDS;
  return new Promise((resolve, reject) => {
    let sent = false;
    let answered = false;
    const settle = (): void => {
      clearTimeout(timer);
      channel.off('data', onData);
    };
    const fail = (reason: string): void => {
      settle();
      const shown = said
        .toString()
        .replaceAll(prompt?.mark ?? marks.ready, '')
        // The terminal may have shown the answer, as it shows keys.
        .replaceAll(prompt?.answer.reveal() ?? marks.ready, '***')
        .trim();
      reject(failure(name, `${reason}${shown === '' ? '' : `: ${excerpt(shown)}`}`));
    };
    const onData = (chunk: Buffer): void => {
      said.push(chunk);
      if (prompt && question?.push(chunk).after !== undefined) {
        if (answered) {
          fail("sudo doesn't accept the password");
          return;
        }
        answered = true;
        channel.write(`${prompt.answer.reveal()}\n`);
      }
      if (!sent && ready.push(chunk).after !== undefined) {
        sent = true;
        to.take();
        channel.write(terminalRequest(Buffer.from(script.reveal())));
      }
      const { after } = begun.push(chunk);
      if (after === undefined) return;
      settle();
      // At once: the next bytes may come before anybody who waits for this goes on.
      to.show(after);
      channel.on('data', to.show);
      resolve();
    };
    const timer = setTimeout(() => {
      fail(`the script does not run after ${String(seconds)} s`);
    }, seconds * 1000);
    channel.on('data', onData);
    void ended.then((end) => {
      fail(typeof end === 'number' ? `its shell ended with status ${String(end)}` : end);
    });
  });
}

/** The exit status, that of a signal as shells report it, or why it isn't known. */
function endOf(channel: Channel, sessions: readonly Session[]): Promise<number | string> {
  const end = new Promise<number | string>((resolve) => {
    channel.on('exit', (status: number | null, signal?: string) => {
      const code = status ?? 128 + numberOf(signal);
      const timer = setTimeout(resolve, EXIT_GRACE_MILLISECONDS, code).unref();
      channel.on('close', () => {
        clearTimeout(timer);
        resolve(code);
      });
    });
    channel.on('close', () => {
      // The exit status has come before, or does not come.
      setTimeout(resolve, EXIT_GRACE_MILLISECONDS, 'the connection was closed').unref();
    });
  });
  return Promise.race([end, ...sessions.map((session) => session.ended)]);
}

function numberOf(signal = ''): number {
  const name = signal.startsWith('SIG') ? signal : `SIG${signal}`;
  return Object.entries(constants.signals).find(([one]) => one === name)?.[1] ?? 0;
}

function failure(name: string, reason: string): ConnectError {
  return new ConnectError('protocol', `Cannot open a terminal on ${name}: ${reason}`, {
    hint: 'the key there may be without the right to a terminal (no-pty in authorized_keys), or sshd (PermitTTY)',
  });
}
