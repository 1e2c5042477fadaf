type Opened = '"' | "'" | '`' | '#' | '(';

const NAMES: Readonly<Record<Exclude<Opened, '('>, string>> = {
  "'": 'single quotes',
  '"': 'double quotes',
  '`': 'backquotes',
  '#': 'a comment',
};

/**
 * Follows how a shell reads a script, as far as quoting goes: `'…'`, `"…"`, `\x`, `$(…)`
 * within double quotes, `# comments` and backquotes; heredocs are not looked at.
 */
export class Quoting {
  readonly #open: Opened[] = [];
  #last = '';
  #escaped = false;

  /**
   * Reads further text.
   *
   * @returns the shell's quotes at that place: their kind, or undefined when a word there would be
   *   a word.
   */
  read(text: string): string | undefined {
    for (const char of text) {
      this.#take(char);
      this.#last = char;
    }
    const inside = this.#open.at(-1);
    return inside === undefined || inside === '(' ? undefined : NAMES[inside];
  }

  #take(char: string): void {
    const inside = this.#open.at(-1);
    if (this.#escaped) {
      this.#escaped = false;
    } else if (inside === "'") {
      if (char === "'") this.#open.pop();
    } else if (inside === '#') {
      if (char === '\n') this.#open.pop();
    } else if (char === '\\') {
      this.#escaped = true;
    } else if (char === inside && (char === '"' || char === '`')) {
      this.#open.pop();
    } else if (char === '(' && (inside === '(' || this.#last === '$')) {
      this.#open.push('(');
    } else if (char === ')' && inside === '(') {
      this.#open.pop();
    } else if (char === '"' || char === '`' || (char === "'" && inside !== '"')) {
      this.#open.push(char);
    } else if (char === '#' && inside !== '"' && /^[\s;(]?$/.test(this.#last)) {
      this.#open.push('#');
    }
  }
}
