import { inspect } from 'node:util';
import { Secret } from './secret.js';

/**
 * Text of which some parts are secret, such as `postgres://app:***@db/app`.
 * It has two renderings: {@link Text.reveal} for the host, `String(text)` for people.
 */
export class Text {
  readonly parts: readonly (string | Secret)[];

  private constructor(parts: readonly (string | Secret)[]) {
    this.parts = parts;
  }

  /** Joins the pieces, secrets staying secret. */
  static of(...pieces: readonly (string | Secret | Text)[]): Text {
    return new Text(
      pieces
        .flatMap((piece) => (piece instanceof Text ? piece.parts : [piece]))
        .filter((part) => part !== ''),
    );
  }

  /** The distinct secrets within, in order of appearance. */
  get secrets(): readonly Secret[] {
    return [...new Set(this.parts.filter((part) => part instanceof Secret))];
  }

  /** Why it can't be revealed, if it can't: a secret within is locked. */
  get locked(): Error | undefined {
    return this.#lockedSecret?.locked;
  }

  get #lockedSecret(): Secret | undefined {
    return this.secrets.find(({ locked }) => locked);
  }

  /** The whole text with its secrets. For rendering to the host and for nothing else. */
  reveal(): string {
    return this.parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
  }

  /** Changes each part by itself; a secret's image is a secret. */
  map(change: (value: string) => string): Text {
    return new Text(
      this.parts.map((part) => (part instanceof Secret ? part.map(change) : change(part))),
    );
  }

  /** Changes the text as a whole; when a part is secret or locked, all of the result is. */
  mapWhole(change: (value: string) => string): Text {
    const locked = this.#lockedSecret;
    if (locked) return new Text([locked]);
    const first = this.secrets[0];
    const whole = change(this.reveal());
    return new Text([first ? new Secret(first.name, whole) : whole]);
  }

  toString(): string {
    return this.parts.join('');
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return `Text(${this.toString()})`;
  }
}
