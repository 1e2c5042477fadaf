import { inspect } from 'node:util';
import type { Password } from '../file/keys.js';

/** A password that isn't seen by printing, serialising or inspecting what holds it. */
export class FoundPassword implements Password {
  readonly #bytes: Buffer;

  constructor(
    bytes: Buffer,
    readonly from: string,
  ) {
    this.#bytes = bytes;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  [inspect.custom](): string {
    return `Password(${this.from})`;
  }
}
