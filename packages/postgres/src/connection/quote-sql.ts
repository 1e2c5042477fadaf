/** Names and values within SQL (PostgreSQL's manual, 4.1.1 and 4.1.2). */
import { Text, type Secret } from '@fairness-deploy/shell/secret';

/** The most bytes of a name: PostgreSQL cuts a longer one off, with no more than a notice. */
export const MAX_NAME_BYTES = 63;

/**
 * A string constant of SQL, exact whatever `standard_conforming_strings` says: with a backslash in it, it
 * is `E'…'`. psql finds no variable and no command of its own in it. The constant of a secret is secret.
 *
 * @throws RangeError when the value holds a NUL, which no value of PostgreSQL can, or half of a
 *   surrogate pair, which UTF-8 cannot.
 */
export function quoteLiteral(value: string | Secret | Text): Text {
  return Text.of(value).mapWhole((text) => {
    checkCharacters('a value', text);
    const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
    return text.includes('\\') ? `E${quoted}` : quoted;
  });
}

/**
 * A quoted name of SQL, such as that of a role or database: exact, with its capitals.
 *
 * @throws RangeError when it is empty or longer than 63 bytes, or holds a NUL or half of a surrogate pair.
 */
export function quoteIdentifier(name: string | Secret | Text): Text {
  return Text.of(name).mapWhole((text) => {
    checkName(text);
    return `"${text.replaceAll('"', '""')}"`;
  });
}

/**
 * Checks the name of a role, database or schema.
 *
 * @throws RangeError as {@link quoteIdentifier} does; the message doesn't repeat the name.
 */
export function checkName(text: string): void {
  checkCharacters('a name', text);
  if (text === '') throw new RangeError('Cannot use a name in SQL: it is empty');
  if (Buffer.byteLength(text) > MAX_NAME_BYTES) {
    throw new RangeError(
      `Cannot use a name in SQL: it has more than the ${String(MAX_NAME_BYTES)} bytes that PostgreSQL keeps`,
    );
  }
}

function checkCharacters(what: string, text: string): void {
  if (text.includes('\0')) {
    throw new RangeError(`Cannot use ${what} in SQL: it holds a NUL character`);
  }
  // A lone surrogate matches no well-formed pair; Buffer would write U+FFFD for it.
  if (/\p{Cs}/u.test(text)) {
    throw new RangeError(`Cannot use ${what} in SQL: it holds half of a surrogate pair`);
  }
}
