/** A directive of nginx, with those of its block. */
export interface Directive {
  readonly words: readonly string[];
  /** The line of its first word, from 1. */
  readonly line: number;
  /** Undefined: it has no block. */
  readonly block?: readonly Directive[];
}

/** A word, which may be quoted; one of `{};`; or a comment, which counts as nothing. */
const TOKEN =
  /\s+|#[^\n]*|([{};])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s{};"'\\]|\\.)+)/gsy;

/**
 * Parses a file of nginx, as nginx reads words (ngx_conf_file.c, ngx_conf_read_token).
 *
 * @throws SyntaxError when it is none.
 */
export function parseDirectives(text: string): readonly Directive[] {
  const top: Directive[] = [];
  const open: Directive[][] = [top];
  let words: string[] = [];
  let at = 0;
  let line = 1;
  for (const match of text.matchAll(TOKEN)) {
    at = match.index + match[0].length;
    const [, mark, double, single, plain] = match;
    const word = double ?? single ?? plain;
    if (word !== undefined) {
      if (words.length === 0) line = lineAt(text, match.index);
      words.push(word);
    }
    if (mark === undefined) continue;
    const here = open.at(-1);
    if (!here || (mark !== '}' && words.length === 0)) throw problem(text, at, `"${mark}"`);
    if (mark === ';') here.push({ words, line });
    if (mark === '{') {
      const block: Directive[] = [];
      here.push({ words, line, block });
      open.push(block);
    }
    if (mark === '}') {
      open.pop();
      if (words.length > 0 || open.length === 0) throw problem(text, at, '"}"');
    }
    words = [];
  }
  if (at < text.length) throw problem(text, at, JSON.stringify(text[at]));
  if (open.length > 1 || words.length > 0) throw problem(text, at, 'end');
  return top;
}

function problem(text: string, at: number, what: string): SyntaxError {
  return new SyntaxError(`unexpected ${what} in line ${String(lineAt(text, at))}`);
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}
