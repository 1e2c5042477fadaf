import { inspect } from 'node:util';

/** The text in place of a secret, wherever people or logs could see it. */
export const MASK = '***';

/**
 * A value that must not be shown. Printing, interpolating, serialising or inspecting it gives
 * `***`; only {@link Secret.reveal} gives the value, and only the code that renders for a host
 * calls it.
 */
export class Secret {
  readonly #value: string;

  /** @param name its name in messages: `db_password`. */
  constructor(
    readonly name: string,
    value: string,
  ) {
    this.#value = value;
  }

  /** Why the value can't be opened, if it can't: see lockedSecretStore. */
  get locked(): Error | undefined {
    return undefined;
  }

  /** The value itself. For rendering to the host and for nothing else. */
  reveal(): string {
    return this.#value;
  }

  /** A secret made of this one, such as its quoted form; it bears the same name. */
  map(change: (value: string) => string): Secret {
    return new Secret(this.name, change(this.#value));
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return `Secret(${this.name})`;
  }
}
