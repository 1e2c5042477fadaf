import { Secret } from '../secret/secret.js';
import { Text } from '../secret/text.js';
import { dedent } from './dedent.js';
import { quote } from '../text/quote.js';
import { Quoting } from './quoting.js';

/** A value for sh`…`. A list becomes words separated by spaces. */
export type ShValue = string | number | Secret | Text | Script | readonly ShValue[];

/**
 * A POSIX shell script as a value: nothing runs until a transport runs it.
 * `script.reveal()` is for the host; `String(script)` shows people `***` for each secret.
 */
export class Script {
  constructor(readonly text: Text) {}

  /** The script as the host must get it, secrets included. */
  reveal(): string {
    return this.text.reveal();
  }

  toString(): string {
    return this.text.toString();
  }

  toJSON(): string {
    return this.toString();
  }
}

/**
 * Builds a script; every value put into it is quoted as one word, except that a
 * Script is put in as it is. Backslashes are the shell's (`printf '%s\n'` needs no
 * doubling); only \` and \${ are read as JavaScript does. Common indentation is
 * taken away.
 *
 * @throws TypeError when a value stands within quotes, where quoting it again
 *   would break out of them, or when a value is undefined.
 * @throws RangeError when a value holds a NUL or isn't a safe integer.
 */
export function sh(literals: TemplateStringsArray, ...values: readonly ShValue[]): Script {
  const { texts, quotings } = templateOf(literals);
  const pieces: (string | Secret | Text)[] = [];
  texts.forEach((literal, at) => {
    pieces.push(literal);
    if (at >= values.length) return;
    const quoting = quotings[at];
    if (quoting !== undefined) {
      throw new TypeError(
        `Cannot build a script: value ${String(at + 1)} stands within ${quoting}; end them before it: …'\${value}'…`,
      );
    }
    pieces.push(...render(values[at], at));
  });
  return new Script(Text.of(...pieces));
}

/** The text between a template's values, and the shell's quotes after each part. */
interface Template {
  readonly texts: readonly string[];
  readonly quotings: readonly (string | undefined)[];
}

/**
 * By place in the source: a type of resource makes the scripts of all its resources from the same
 * few templates.
 */
const templates = new WeakMap<TemplateStringsArray, Template>();

function templateOf(literals: TemplateStringsArray): Template {
  const known = templates.get(literals);
  if (known) return known;
  const shell = new Quoting();
  const texts = dedent(literals.raw.map(unescape));
  const template = { texts, quotings: texts.map((text) => shell.read(text)) };
  templates.set(literals, template);
  return template;
}

/** Joins scripts, one after the other, each from a new line. */
export function lines(...scripts: readonly Script[]): Script {
  return new Script(
    Text.of(...scripts.flatMap((script, at) => (at === 0 ? [script.text] : ['\n', script.text]))),
  );
}

/** A script from text that is known to be one, such as a generated variable name. Never from input. */
export function literal(text: string): Script {
  return new Script(Text.of(text));
}

function unescape(raw: string): string {
  return raw.replaceAll('\\`', '`').replaceAll('\\${', '${');
}

function render(value: ShValue | undefined, at: number): readonly (string | Secret | Text)[] {
  if (value instanceof Script) return [value.text];
  if (value instanceof Secret) return [value.map(quoteAlways)];
  if (value instanceof Text) return [quoteText(value)];
  if (typeof value === 'string') return [quote(value)];
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`Cannot build a script: value ${String(at + 1)} is ${String(value)}`);
    }
    return [String(value)];
  }
  if (Array.isArray(value)) {
    const words = value as readonly ShValue[];
    return words.flatMap((word, index) => [...(index === 0 ? [] : [' ']), ...render(word, at)]);
  }
  throw new TypeError(`Cannot build a script: value ${String(at + 1)} is ${typeof value}`);
}

/** Secrets are always quoted: unquoted, a secret would show that it needs no quotes. */
function quoteAlways(value: string): string {
  const quoted = quote(value);
  return quoted.startsWith("'") ? quoted : `'${quoted}'`;
}

function quoteText(text: Text): Text {
  if (text.secrets.length === 0) return Text.of(quote(text.toString()));
  return Text.of(
    ...text.parts.map((part) =>
      part instanceof Secret ? part.map(quoteAlways) : quoteAlways(part),
    ),
  );
}
