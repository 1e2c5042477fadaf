/** Fills in the templates of values. A secret stays one, in whatever text it stands. */
import { quoteText } from '@fairness-deploy/environment-file';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import {
  asSecret,
  isList,
  isMap,
  isScalar,
  scalarText,
  type Value,
  type Variables,
} from '../value/value.js';
import {
  isTemplate,
  piecesOf,
  type Expression,
  type ExpressionPiece,
  type FilterCall,
} from './expression.js';

/** Variables within variables, and characters of a result: a few templates could fill the memory. */
const DEEPEST = 20;
const LONGEST_CHARACTERS = 256 * 1024;

/** A template that can't be filled in; the message names the expression, which holds no secret. */
export class Unfilled extends Error {}

/** The variables of a host, with Ansible's own. */
export interface Scope {
  readonly variables: Variables;
  /** Names of Ansible's own variables, such as inventory_hostname, and of facts. */
  readonly facts: ReadonlyMap<string, Value>;
  /** Is called with the name of each variable that a template uses. */
  readonly used?: (name: string) => void;
}

/** Fills in a value. @throws Unfilled */
export function fillIn(value: Value, scope: Scope): Value {
  return new Filling(scope).value(value, 0);
}

class Filling {
  #characters = 0;

  constructor(readonly scope: Scope) {}

  value(value: Value, depth: number): Value {
    if (depth > DEEPEST) throw new Unfilled('its variables refer to each other in a circle');
    if (typeof value === 'string') return this.#template(value, depth);
    if (isMap(value)) {
      return new Map([...value].map(([key, each]) => [key, this.value(each, depth + 1)]));
    }
    if (isList(value)) return value.map((each) => this.value(each, depth + 1));
    if (value instanceof Text) {
      return this.#secret(value, depth);
    }
    return value;
  }

  /** An encrypted text may be a template too; what comes of it is secret. */
  #secret(value: Text, depth: number): Value {
    const [only] = value.parts;
    if (value.parts.length !== 1 || !(only instanceof Secret)) return value;
    if (!isTemplate(only.reveal())) return value;
    try {
      const filled = this.#template(only.reveal(), depth + 1);
      if (!isScalar(filled)) return asSecret(filled, only.name);
      const plain = filled instanceof Text ? filled.reveal() : scalarText(filled);
      return Text.of(only.map(() => plain));
    } catch (error) {
      // Its message would show a part of the secret.
      if (error instanceof Unfilled) throw new Unfilled('its encrypted text is a template');
      throw error;
    }
  }

  #template(template: string, depth: number): Value {
    if (!isTemplate(template)) return template;
    const pieces = piecesOf(template);
    const [only] = pieces;
    if (pieces.length === 1 && only && 'source' in only) return this.#piece(only, depth);
    const text = Text.of(
      ...pieces.map((piece) => ('text' in piece ? piece.text : this.#text(piece, depth))),
    );
    this.#characters += text.reveal().length;
    if (this.#characters > LONGEST_CHARACTERS) throw new Unfilled('it becomes too long');
    return text.secrets.length === 0 ? text.reveal() : text;
  }

  #text(piece: ExpressionPiece, depth: number): string | Text {
    const value = this.#piece(piece, depth);
    if (!isScalar(value)) throw new Unfilled(`{{ ${piece.source} }} is no text`);
    return value instanceof Text ? value : scalarText(value);
  }

  #piece({ source, expression }: ExpressionPiece, depth: number): Value {
    if (!expression) throw new Unfilled(`${quoteText(source)} is an expression that is not known`);
    const [first, ...rest] = expression.filters;
    const takesDefault = first?.name === 'default' || first?.name === 'd';
    let value = this.#expression(expression.first, depth);
    if (value === undefined && !takesDefault) {
      throw new Unfilled(`${quoteText(source)} is not known`);
    }
    for (const filter of takesDefault ? rest : expression.filters) {
      if (value === undefined) break;
      value = this.#filtered(value, filter, source);
    }
    if (value !== undefined && !(takesDefault && this.#isEmpty(value, first))) return value;
    return this.#defaulted(first, rest, source, depth);
  }

  /** `default(x, true)` also counts for what is empty or false. */
  #isEmpty(value: Value, { arguments: [, also] }: FilterCall): boolean {
    return (
      also?.kind === 'literal' &&
      also.value === true &&
      (value === null || value === '' || value === false || value === 0)
    );
  }

  #defaulted(
    filter: FilterCall | undefined,
    rest: readonly FilterCall[],
    source: string,
    depth: number,
  ): Value {
    const [given] = filter?.arguments ?? [];
    const value = given ? this.#expression(given, depth) : '';
    if (value === undefined) throw new Unfilled(`${quoteText(source)} is not known`);
    return rest.reduce<Value>((each, one) => this.#filtered(each, one, source), value);
  }

  #filtered(value: Value, { name, arguments: given }: FilterCall, source: string): Value {
    const change = given.length === 0 ? FILTERS[name] : undefined;
    if (!change || !isScalar(value)) {
      throw new Unfilled(`${quoteText(source)} uses the filter ${quoteText(name)}`);
    }
    if (value instanceof Text) return value.mapWhole((text) => String(change(text)));
    return change(scalarText(value));
  }

  #expression(expression: Expression, depth: number): Value | undefined {
    if (expression.kind === 'literal') return expression.value;
    const { name, path } = expression;
    const { variables, facts, used } = this.scope;
    const fact = facts.get(name);
    let value: Value | undefined;
    if (fact !== undefined && !variables.has(name)) {
      value = fact;
    } else {
      used?.(name);
      const variable = variables.get(name);
      value = variable && this.value(variable.value, depth + 1);
    }
    for (const part of path) {
      if (isMap(value)) value = value.get(part);
      else if (isList(value)) value = value[Number(part)];
      else return undefined;
    }
    return value;
  }
}

const FILTERS: Readonly<Record<string, (text: string) => string | number>> = {
  string: (text) => text,
  trim: (text) => text.trim(),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  int: (text) => (/^\s*-?\d+\s*$/.test(text) ? Number(text) : 0),
};
