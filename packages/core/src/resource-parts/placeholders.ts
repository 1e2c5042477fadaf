import { randomInt } from 'node:crypto';
import { HintedError } from '@fairness-deploy/shell/text';
import { Secret, Text } from '@fairness-deploy/shell/secret';

/**
 * Lets texts with secrets pass through code that knows only strings: each secret becomes a random
 * placeholder. A placeholder holds characters that any quoting or change of case alters, so that
 * code which treats it as the value itself is noticed.
 */
export class Placeholders {
  readonly #texts: Text[] = [];
  readonly #nonce = String(randomInt(1e14, 2.8e14));
  readonly #pattern = new RegExp(`(\uE000Qq"'\\\\%&<${this.#nonce}:\\d+\uE001)`);

  /** A string for the text: itself, if nothing in it is secret. */
  encode(text: Text): string {
    if (text.secrets.length === 0) return text.reveal();
    this.#texts.push(text);
    return `\uE000Qq"'\\%&<${this.#nonce}:${String(this.#texts.length - 1)}\uE001`;
  }

  /**
   * Strings for the secrets within a value of plain objects and lists; other values stay as they
   * are.
   */
  encodeWithin(value: unknown): unknown {
    if (value instanceof Secret || value instanceof Text) return this.encode(Text.of(value));
    if (Array.isArray(value)) return value.map((item) => this.encodeWithin(item));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.encodeWithin(item)]),
    );
  }

  /**
   * The text that a string stands for.
   *
   * @throws Error when a placeholder in it was altered.
   */
  decode(string: string): Text {
    // Split by one group: every second piece is a placeholder.
    const pieces = string.split(this.#pattern).map((piece, at) => {
      if (at % 2 === 1) return this.#texts[Number(/(\d+)\uE001$/.exec(piece)?.[1])] ?? '';
      if (!piece.includes(this.#nonce)) return piece;
      throw new HintedError('a secret was quoted, cut or changed as if it were text', {
        hint: 'let <%= %> or a helper do it',
      });
    });
    return Text.of(...pieces);
  }
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
