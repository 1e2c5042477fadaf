import { Text, type Secret } from '@fairness-deploy/shell/secret';
import {
  type KeyPath,
  type Located,
  type LocatedScalar,
  plain,
  quoteText,
  type Report,
} from '@fairness-deploy/environment-file';

/** The variables of an environment by name; undefined for one with an error of its own. */
export type Variables = ReadonlyMap<string, string | number | boolean | undefined>;

/** A value, or why there is none; undefined: reported already. */
export type Found =
  | { readonly value: string | number | boolean | Secret | Text }
  | { readonly message: string; readonly hint?: string | undefined }
  | undefined;

/** The values of one name: of `vars` in `${vars.domain}`. */
export interface Source {
  /** The word behind the name, for messages: `name` of `${vars.name}`. */
  readonly placeholder: string;
  /** @param path where the value is filled in */
  find(key: string, path: KeyPath): Found;
}

interface Context {
  /** By their names. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly report: Report;
}

const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAMED = /^([A-Za-z][\w-]*)\.([A-Za-z_][\w-]*)$/;

/**
 * The plain value of a part of a file, with `${vars.name}`, `${secrets.name}` and plugins' offers
 * filled in. A scalar that is nothing but one of them has its type; one with a secret becomes a
 * Text. `$${` stands for `${`.
 */
export function interpolate(node: Located, path: KeyPath, context: Context): unknown {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${')
        ? fillIn(node, node.value, path, context)
        : node.value;
    case 'list':
      return node.items.map((item, at) => interpolate(item, [...path, at], context));
    case 'map':
      return Object.fromEntries(
        [...node.entries].map(([key, { value }]) => [
          key,
          interpolate(value, [...path, key], context),
        ]),
      );
  }
}

/** Whether any value refers to a secret. */
export function refersToSecret(node: Located): boolean {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${secrets.');
    case 'list':
      return node.items.some(refersToSecret);
    case 'map':
      return [...node.entries.values()].some(({ value }) => refersToSecret(value));
  }
}

function fillIn(node: LocatedScalar, text: string, path: KeyPath, context: Context): unknown {
  const pieces: (string | number | boolean | Secret | Text)[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const [whole, inner, closing] = match;
    if (inner === undefined) {
      pieces.push('${');
      continue;
    }
    const fail = (message: string, hint: string | undefined): void => {
      context.report({ place: node.place, path, message, ...(hint === undefined ? {} : { hint }) });
    };
    if (closing === '') {
      fail(`${quoteText(whole)} has no closing }`, 'write $${ for the characters ${');
      continue;
    }
    const found = lookUp(inner, path, context.sources);
    if (found === undefined) continue;
    if ('value' in found) pieces.push(found.value);
    else fail(found.message, found.hint);
  }
  if (end < text.length) pieces.push(text.slice(end));
  const [only] = pieces;
  if (pieces.length === 1 && (typeof only === 'number' || typeof only === 'boolean')) return only;
  const parts = pieces.map((piece) => (typeof piece === 'object' ? piece : String(piece)));
  return parts.some((part) => typeof part === 'object') ? Text.of(...parts) : parts.join('');
}

function lookUp(expression: string, path: KeyPath, sources: Context['sources']): Found {
  const [, name = '', key = ''] = NAMED.exec(expression) ?? [];
  const source = sources.get(name);
  if (source) return source.find(key, path);
  const known = [...sources].map(([one, { placeholder }]) => `\${${one}.${placeholder}}`);
  return {
    message: `cannot fill in \${${plain(expression.slice(0, 60))}}: only ${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''} are`,
    hint: 'write $${ for the characters ${',
  };
}
