import type { Secret } from '../../secret/secret.js';
import { begunMark, readyMark } from './bootstrap.js';
import { MarkFinder } from '../../stream/mark-finder.js';
import { Tail } from '../../stream/tail.js';
import type { Wire } from './wire.js';

/** A prompt on the way to the shell, and the answer. */
export interface Prompt {
  /** The text that announces the prompt on standard error. */
  readonly mark: string;
  readonly answer: Secret;
}

/** The result of opening a shell. */
export type Opening =
  | { readonly status: 'ready' }
  /** The answer to the prompt was given, and the prompt came again. */
  | { readonly status: 'wrong-answer' }
  | {
      readonly status: 'ended' | 'timeout';
      readonly reason: string;
      /** The end of standard error, or else of standard output. */
      readonly said: string;
      /** Whether the login shell, if there is one, has begun to run its command. */
      readonly begun: boolean;
    };

/**
 * Waits until the shell of `bootstrap` is ready. Answers a prompt only after it was seen, and once:
 * so the answer can't get into a shell.
 *
 * @param timeout in milliseconds.
 * @throws the signal's reason when it is aborted. The wire is left to the caller.
 */
export function openShell(
  wire: Wire,
  nonce: string,
  timeout: number,
  prompt?: Prompt,
  signal?: AbortSignal,
): Promise<Opening> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const ready = new MarkFinder(`${readyMark(nonce)}\n`);
    const question = prompt && new MarkFinder(prompt.mark);
    const noise = new Tail(4096);
    const errors = new Tail(4096);
    const login = new MarkFinder(`${begunMark(nonce)}\n`);
    let begun = false;
    let answered = false;

    const settle = (opening: Opening | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      wire.stdout.off('data', onOutput);
      wire.stderr.off('data', onError);
      if (opening) resolve(opening);
      // The caller's own reason, of any type.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      else reject(signal?.reason);
    };
    const fail = (status: 'ended' | 'timeout', reason: string): void => {
      const printed = noise.toString().replace(begunMark(nonce), '');
      settle({ status, reason, said: errors.toString().trim() || printed.trim(), begun });
    };
    const abort = (): void => {
      settle(undefined);
    };
    const onOutput = (chunk: Buffer): void => {
      noise.push(chunk);
      begun ||= login.push(chunk).after !== undefined;
      if (ready.push(chunk).after !== undefined) settle({ status: 'ready' });
    };
    const onError = (chunk: Buffer): void => {
      errors.push(chunk);
      let rest: Buffer | undefined = chunk;
      while (prompt && question && (rest = question.push(rest).after) !== undefined) {
        if (answered) {
          settle({ status: 'wrong-answer' });
          return;
        }
        answered = true;
        wire.stdin.write(`${prompt.answer.reveal()}\n`);
      }
    };
    const timer = setTimeout(() => {
      fail('timeout', `no shell within ${String(timeout / 1000)} s`);
    }, timeout);

    signal?.addEventListener('abort', abort, { once: true });
    wire.stdout.on('data', onOutput);
    wire.stderr.on('data', onError);
    // `ended` reports a broken pipe.
    wire.stdin.on('error', () => undefined);
    void wire.ended.then((reason) => {
      fail('ended', reason);
    });
  });
}
