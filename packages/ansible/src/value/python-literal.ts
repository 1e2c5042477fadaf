import type { Value } from './value.js';

/** Levels of lists and maps. */
const DEEPEST = 30;

/** A text that Python would not read as a literal. */
class NoLiteral extends Error {}

/**
 * The value of an INI inventory: a Python literal, as `ast.literal_eval` reads it, else the text.
 * So `yes` is text, `True` is not, `0644` is text, and `1.10` is a number.
 */
export function pythonValue(text: string): Value {
  try {
    const reader = new Reader(text);
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return text;
    throw error;
  }
}

const NUMBER =
  /[+-]?\s*(?:0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][+-]?\d+)?|\d(?:_?\d)*\.?(?:[eE][+-]?\d+)?)/y;
const STRING =
  /[uU]?(?:'''([^]*?)'''|"""([^]*?)"""|'((?:[^'\\\n]|\\[^])*)'|"((?:[^"\\\n]|\\[^])*)")/y;
const WORDS: Readonly<Record<string, Value>> = { True: true, False: false, None: null };

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  /** A value, or several with commas between them: a tuple without parentheses. */
  whole(): Value {
    const items = [this.value(0)];
    let comma = false;
    while (this.#skip(',')) {
      comma = true;
      this.#blanks();
      if (this.#at === this.text.length) break;
      items.push(this.value(0));
    }
    this.#blanks();
    const [only = null] = items;
    if (this.#at < this.text.length) throw new NoLiteral();
    return comma ? items : only;
  }

  value(depth: number): Value {
    if (depth > DEEPEST) throw new NoLiteral();
    // Python refuses an indented literal.
    if (this.#at > 0) this.#blanks();
    const first = this.text[this.#at] ?? '';
    if (first === '[') return this.#items('[', ']', depth).items;
    if (first === '(') return this.#tuple(depth);
    if (first === '{') return this.#map(depth);
    if (first === "'" || first === '"' || /^[uU]['"]/.test(this.text.slice(this.#at))) {
      return this.#strings();
    }
    const word = this.#match(/[A-Za-z_]\w*/y)?.[0];
    if (word !== undefined) {
      if (!Object.hasOwn(WORDS, word)) throw new NoLiteral();
      return WORDS[word] ?? null;
    }
    return this.#number();
  }

  #number(): number {
    const text = this.#match(NUMBER)?.[0];
    if (text === undefined) throw new NoLiteral();
    const [, sign = '', digits = ''] = /^([+-]?)\s*(.*)$/.exec(text.replaceAll('_', '')) ?? [];
    // Python 3 refuses 0644, and 1_ and 10j are no numbers that we know.
    if (/^0\d*[1-9]\d*$/.test(digits) || /^[\w.]/.test(this.text.slice(this.#at))) {
      throw new NoLiteral();
    }
    const number = Number(digits);
    if (!Number.isFinite(number) || (Number.isInteger(number) && !Number.isSafeInteger(number))) {
      throw new NoLiteral();
    }
    return sign === '-' && number !== 0 ? -number : number;
  }

  /** Strings side by side are one. */
  #strings(): string {
    let result = '';
    for (let found = this.#match(STRING); found; found = this.#match(STRING)) {
      const body = found[1] ?? found[2] ?? found[3] ?? found[4] ?? '';
      result += unescape(body);
      this.#blanks();
    }
    if (result === '' && this.#at === 0) throw new NoLiteral();
    return result;
  }

  #tuple(depth: number): Value {
    const { items, comma } = this.#items('(', ')', depth);
    const [only] = items;
    return items.length === 1 && !comma && only !== undefined ? only : items;
  }

  #items(open: string, close: string, depth: number): { items: Value[]; comma: boolean } {
    this.#expect(open);
    const items: Value[] = [];
    let comma = false;
    while (!this.#skip(close)) {
      if (items.length > 0 && !comma) throw new NoLiteral();
      items.push(this.value(depth + 1));
      comma = this.#skip(',');
    }
    return { items, comma };
  }

  #map(depth: number): Value {
    this.#expect('{');
    const entries = new Map<string, Value>();
    let comma = true;
    while (!this.#skip('}')) {
      if (!comma) throw new NoLiteral();
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') throw new NoLiteral();
      this.#expect(':');
      entries.set(String(key), this.value(depth + 1));
      comma = this.#skip(',');
    }
    return entries;
  }

  #blanks(): void {
    this.#match(/(?:[ \t\n\r\f]|#[^\n]*)*/y);
  }

  #skip(character: string): boolean {
    this.#blanks();
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw new NoLiteral();
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"', '\n': '' },
};

function unescape(body: string): string {
  return body.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/g,
    (all, x?: string, u?: string, U?: string, octal?: string, one?: string) => {
      const hexadecimal = x ?? u ?? U;
      if (hexadecimal !== undefined) {
        const code = parseInt(hexadecimal, 16);
        if (code > 0x10ffff) throw new NoLiteral();
        return String.fromCodePoint(code);
      }
      if (octal !== undefined) return String.fromCodePoint(parseInt(octal, 8));
      if (one === 'x' || one === 'u' || one === 'U' || one === 'N') throw new NoLiteral();
      return ESCAPES[one ?? ''] ?? all;
    },
  );
}
