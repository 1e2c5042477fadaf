import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { systemReason } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

/**
 * A file that comes in parts. It has its name only when it is whole. Each part is on its way to the disk
 * before the next one is taken, so that the memory never holds more than one.
 */
export class ReceivedFile {
  readonly #path: string;
  readonly #part: string;
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** @throws HintedError when it can't be made. */
  constructor(path: string) {
    this.#path = path;
    this.#part = `${path}.part`;
    this.#file = this.#try(() => openSync(this.#part, 'w', 0o600));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws HintedError when the disk is full, for instance. */
  add(chunk: Buffer): void {
    this.#try(() => {
      for (let at = 0; at < chunk.length;) at += writeSync(this.#file, chunk, at);
    });
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /**
   * Gives the file its name.
   *
   * @throws HintedError when it is not what was sent, and removes it.
   */
  complete({ bytes, sha256 }: { readonly bytes: number; readonly sha256: string }): void {
    if (bytes !== this.#bytes || sha256 !== this.#hash.digest('hex')) {
      throw new HintedError(
        `Cannot receive ${this.#path}: ${String(this.#bytes)} bytes of ${String(bytes)} came, or they were damaged on the way`,
        { hint: 'try it again' },
      );
    }
    this.#try(() => {
      fsyncSync(this.#file);
      closeSync(this.#file);
      renameSync(this.#part, this.#path);
    });
  }

  /** Removes what has come, unless it is complete. */
  drop(): void {
    try {
      closeSync(this.#file);
    } catch {
      // It is closed already.
    }
    rmSync(this.#part, { force: true });
  }

  #try<T>(act: () => T): T {
    try {
      return act();
    } catch (cause) {
      throw new HintedError(`Cannot write ${this.#part}: ${systemReason(cause)}`, {
        cause,
        hint: 'choose another place: --file=<path>',
      });
    }
  }
}
