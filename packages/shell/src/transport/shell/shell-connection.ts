import type { Script } from '../../script/sh.js';
import { ConnectionLostError, OutputLimitError, RunTimeoutError } from '../errors.js';
import type {
  Connection,
  InputStream,
  Login,
  RunOptions,
  RunResult,
  Target,
  Traffic,
} from '../transport.js';
import { request } from './bootstrap.js';
import { FrameReader } from './frame-reader.js';
import { nonce } from '../../text/nonce.js';
import { Tail } from '../../stream/tail.js';
import type { Wire } from './wire.js';

/** The most bytes of output that a script may print by default. */
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

const STDERR_LIMIT_BYTES = 64 * 1024;

/** The most seconds that a script may take by default. */
const RUN_TIMEOUT_SECONDS = 600;

/** A run in progress. */
interface Run {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
  lost(reason: string): void;
}

/** Runs scripts, one after the other, in the shell of `bootstrap` at the other end of a wire. */
export class ShellConnection implements Connection {
  readonly #wire: Wire;
  #run: Run | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #ended: string | undefined;
  #roundTrips = 0;
  #sent = 0;
  #received = 0;
  /** How many takers of output are not done yet. */
  #held = 0;

  /**
   * @param wire with a shell that has said that it is ready.
   * @param login the rights with which it was opened.
   * @param label the machine for messages: `web-1 (root@10.0.0.1:22)`.
   */
  constructor(
    readonly target: Target,
    readonly login: Login,
    readonly label: string,
    wire: Wire,
  ) {
    this.#wire = wire;
    wire.stdout.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#run?.stdout(chunk);
    });
    wire.stderr.on('data', (chunk: Buffer) => {
      this.#received += chunk.length;
      this.#run?.stderr(chunk);
    });
    // The end is told by `ended`; without a listener a broken pipe would end this process.
    for (const stream of [wire.stdin, wire.stdout, wire.stderr])
      stream.on('error', () => undefined);
    void wire.ended.then((reason) => {
      this.#ended ??= reason;
      this.#run?.lost(reason);
    });
  }

  get traffic(): Traffic {
    return {
      roundTrips: this.#roundTrips,
      bytesSent: this.#sent,
      bytesReceived: this.#received,
    };
  }

  async run(script: Script, options: RunOptions = {}): Promise<RunResult> {
    const text = Buffer.from(script.reveal());
    if (text.includes(0)) {
      throw new RangeError('Cannot run a script: it holds a NUL character');
    }
    const result = this.#queue.then(() => this.#exchange(text, options));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#end('it was closed');
    await this.#wire.close();
  }

  #exchange(script: Buffer, options: RunOptions): Promise<RunResult> {
    const {
      input,
      onOutput,
      outputLimit = OUTPUT_LIMIT_BYTES,
      deadline = RUN_TIMEOUT_SECONDS,
      signal,
    } = options;
    return new Promise<RunResult>((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended !== undefined) throw this.#lost(this.#ended, '');

      const word = nonce();
      const output: Buffer[] = [];
      const errors = new Tail(STDERR_LIMIT_BYTES);
      let printed = 0;
      let status: number | undefined;
      let quiet = false;

      const settle = (): void => {
        this.#run = undefined;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      /** Leaves the shell in the middle of a script, so that it can't be used any more. */
      const abandon = (error: unknown, reason: string): void => {
        settle();
        this.#end(reason);
        this.#wire.destroy();
        // The caller's own reason, of any type.
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
        reject(error);
      };
      const abort = (): void => {
        abandon(signal?.reason, 'a run was cancelled');
      };
      const timer =
        deadline === Number.POSITIVE_INFINITY
          ? undefined
          : setTimeout(() => {
              abandon(this.#tooLong(deadline), 'a run took too long');
            }, deadline * 1000);
      const finish = (): void => {
        if (status === undefined || !quiet) return;
        settle();
        resolve({ status, stdout: Buffer.concat(output), stderr: errors.toString() });
      };

      const stdout = new FrameReader(word, (bytes) => {
        printed += bytes.length;
        if (printed > outputLimit) throw this.#tooMuch(outputLimit);
        if (!onOutput) output.push(bytes);
        else this.#holdFor(onOutput(bytes), () => this.#run === own, abandon);
      });
      const stderr = new FrameReader(word, (bytes) => {
        errors.push(bytes);
      });

      const own: Run = {
        stdout: (chunk) => {
          try {
            status = stdout.push(chunk) ?? status;
          } catch (error) {
            abandon(error, 'its output was refused');
            return;
          }
          finish();
        },
        stderr: (chunk) => {
          quiet = stderr.push(chunk) !== undefined || quiet;
          finish();
        },
        lost: (reason) => {
          settle();
          reject(this.#lost(reason, errors.toString()));
        },
      };
      this.#run = own;
      signal?.addEventListener('abort', abort, { once: true });

      this.#roundTrips += 1;
      const whole = input === undefined || input instanceof Uint8Array;
      this.#send(request(word, script, whole ? (input?.length ?? 0) : input.bytes));
      if (!whole) {
        this.#feed(input, () => this.#run === own).catch((error: unknown) => {
          if (this.#run === own) abandon(error, 'its input ended too early');
        });
      } else if (input && input.length > 0) this.#send(input);
    });
  }

  /** Reads no more until the taker of the output is done. */
  #holdFor(
    taken: void | Promise<void>,
    isWanted: () => boolean,
    abandon: (error: unknown, reason: string) => void,
  ): void {
    if (!(taken instanceof Promise)) return;
    this.#held += 1;
    this.#wire.stdout.pause();
    taken
      .catch((error: unknown) => {
        if (isWanted()) abandon(error, 'its output was refused');
      })
      .finally(() => {
        this.#held -= 1;
        if (this.#held === 0) this.#wire.stdout.resume();
      });
  }

  /**
   * The stream cuts it to what the other side takes; nothing is copied up to then.
   *
   * @returns false when more of it should wait: see #drained
   */
  #send(bytes: Uint8Array): boolean {
    this.#sent += bytes.length;
    return this.#wire.stdin.write(bytes);
  }

  /**
   * Sends a stream, one part at a time.
   *
   * @param wanted whether the script's run still goes on
   * @throws RangeError when it has not as many bytes as it says; what the stream throws.
   */
  async #feed({ bytes, chunks }: InputStream, wanted: () => boolean): Promise<void> {
    let left = bytes;
    for await (const chunk of chunks) {
      if (!wanted()) return;
      left -= chunk.length;
      if (left < 0) break;
      if (!this.#send(chunk)) await this.#drained();
    }
    if (left === 0) return;
    const found = left < 0 ? 'more' : `${String(left)} fewer`;
    throw new RangeError(
      `Cannot send the input to ${this.label}: it has ${found} than its ${String(bytes)} bytes`,
    );
  }

  /** Waits until the wire takes more, or has ended. */
  #drained(): Promise<void> {
    const { stdin, ended } = this.#wire;
    return new Promise((resolve) => {
      const done = (): void => {
        stdin.off('drain', done).off('close', done);
        resolve();
      };
      stdin.on('drain', done).on('close', done);
      void ended.then(done);
    });
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    this.#run?.lost(this.#ended);
  }

  #lost(reason: string, stderr: string): ConnectionLostError {
    const last = stderr.trim().split('\n').at(-1) ?? '';
    const said = last === '' ? '' : `; the last it said: ${JSON.stringify(last.slice(-300))}`;
    return new ConnectionLostError(
      `Cannot finish the script on ${this.label}: ${reason}${said}`,
      stderr,
    );
  }

  #tooLong(seconds: number): RunTimeoutError {
    return new RunTimeoutError(
      `Cannot finish the script on ${this.label}: it has not ended within ${String(seconds)} s`,
      {
        hint: 'See there what it waits for: ps -eo pid,etime,stat,wchan:20,args --sort=start_time | tail',
      },
    );
  }

  #tooMuch(limit: number): OutputLimitError {
    return new OutputLimitError(
      `Cannot read the script's output on ${this.label}: it is more than ${String(limit)} bytes`,
    );
  }
}
