/** The expressions of Jinja that an import knows: variables, their parts, and a few filters. */

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] };

export interface FilterCall {
  readonly name: string;
  readonly arguments: readonly Expression[];
}

export interface ParsedExpression {
  readonly first: Expression;
  readonly filters: readonly FilterCall[];
}

/** A piece of a template: text, an expression, or what is not known, with the reason. */
export type Piece = { readonly text: string } | ExpressionPiece;

export interface ExpressionPiece {
  readonly source: string;
  readonly expression: ParsedExpression | undefined;
}

/** Whether Ansible would fill something in. */
export function isTemplate(text: string): boolean {
  return /\{\{|\{%|\{#/.test(text);
}

/** Splits a template. Comments are left out; a statement (`{% … %}`) is a piece that is not known. */
export function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const pattern = /\{\{[-+]?((?:[^'"}]|'[^']*'|"[^"]*"|\}(?!\}))*)\}\}|\{%([^]*?)%\}|\{#[^]*?#\}/g;
  let from = 0;
  for (const found of template.matchAll(pattern)) {
    if (found.index > from) pieces.push({ text: template.slice(from, found.index) });
    from = found.index + found[0].length;
    if (found[1] !== undefined) {
      const source = found[1].replace(/[-+]$/, '').trim();
      pieces.push({ source, expression: parseExpression(source) });
    } else if (found[2] !== undefined) {
      pieces.push({ source: found[0], expression: undefined });
    }
  }
  const rest = template.slice(from);
  // An opening without its end.
  if (isTemplate(rest)) pieces.push({ source: rest, expression: undefined });
  else if (rest !== '') pieces.push({ text: rest });
  return pieces;
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+)|'([^'\\]*)'|"([^"\\]*)"|([.|()[\],]))/y;

type Token =
  | { readonly kind: 'name' | 'string' | 'sign'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string };

/** @returns undefined for any other expression. */
function parseExpression(source: string): ParsedExpression | undefined {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const found = TOKEN.exec(source);
    if (!found) return undefined;
    const [, name, number, single, double, sign] = found as readonly (string | undefined)[];
    if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'string', text: single ?? double ?? '' });
  }
  return new Parser(tokens).parse();
}

class Parser {
  #at = 0;

  constructor(readonly tokens: readonly Token[]) {}

  parse(): ParsedExpression | undefined {
    const first = this.#primary();
    if (!first) return undefined;
    const filters: FilterCall[] = [];
    while (this.#skip('|')) {
      const filter = this.#filter();
      if (!filter) return undefined;
      filters.push(filter);
    }
    return this.#at === this.tokens.length ? { first, filters } : undefined;
  }

  #filter(): FilterCall | undefined {
    const name = this.#next('name');
    if (name === undefined) return undefined;
    const given: Expression[] = [];
    if (this.#skip('(') && !this.#skip(')')) {
      do {
        const argument = this.#primary();
        if (!argument) return undefined;
        given.push(argument);
      } while (this.#skip(','));
      if (!this.#skip(')')) return undefined;
    }
    return { name, arguments: given };
  }

  #primary(): Expression | undefined {
    const text = this.#next('string');
    if (text !== undefined) return { kind: 'literal', value: text };
    const number = this.#next('number');
    if (number !== undefined) return { kind: 'literal', value: Number(number) };
    const name = this.#next('name');
    if (name === undefined) return undefined;
    if (/^[Tt]rue$/.test(name)) return { kind: 'literal', value: true };
    if (/^[Ff]alse$/.test(name)) return { kind: 'literal', value: false };
    const path: string[] = [];
    for (;;) {
      if (this.#skip('.')) {
        const part = this.#next('name') ?? this.#next('number');
        if (part === undefined) return undefined;
        path.push(part);
      } else if (this.#skip('[')) {
        const part = this.#next('string') ?? this.#next('number');
        if (part === undefined || !this.#skip(']')) return undefined;
        path.push(part);
      } else {
        return { kind: 'variable', name, path };
      }
    }
  }

  #next(kind: Token['kind']): string | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token.text;
  }

  #skip(sign: string): boolean {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }
}
