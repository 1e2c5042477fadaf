import { isAlias, isMap, isNode, isScalar, parseDocument, YAMLMap, type Document } from 'yaml';

/** A value that a YAML text gets. */
export interface YamlChange {
  /** Its keys, from the top; maps on the way are made where they are missing. */
  readonly path: readonly string[];
  /** A plain value; undefined removes the key. */
  readonly value: unknown;
}

/**
 * Changes values of a YAML text. A value that is there is replaced in its place, and all else stays as it is;
 * around a key that is added or removed, the layout may change, as a formatter would change it.
 *
 * @throws RangeError when the text is not a map in YAML.
 */
export function changeYaml(text: string, changes: readonly YamlChange[]): string {
  return changes.reduce((before, { path, value }) => {
    const document = parsed(before);
    if (value === undefined) {
      if (!document.deleteIn(path)) return before;
    } else {
      const replaced = replacedInPlace(before, document, path, value);
      if (replaced !== undefined) return replaced;
      add(document, path, value);
    }
    return document.toString(LAYOUT);
  }, text);
}

const LAYOUT = { lineWidth: 0, singleQuote: true } as const;

function parsed(text: string): Document {
  const document = parseDocument(text, { version: '1.2', uniqueKeys: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw new RangeError(`not valid YAML: ${error.code.toLowerCase()}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new RangeError('expected a map');
  }
  return document;
}

/** @returns undefined when no value of its own stands there. */
function replacedInPlace(
  text: string,
  document: Document,
  path: readonly string[],
  value: unknown,
): string | undefined {
  const ways = path.map((_, at) => document.getIn(path.slice(0, at + 1), true));
  const node = ways.at(-1);
  if (ways.some(isAlias) || !isNode(node) || !node.range) return undefined;
  const [from, to] = node.range;
  const old = text.slice(from, to);
  if (old === '' || node.anchor !== undefined) return undefined;
  return `${text.slice(0, from)}${inline(value)}${old.endsWith('\n') ? '\n' : ''}${text.slice(to)}`;
}

/** On one line, as it may stand in a map of either style. */
function inline(value: unknown): string {
  const text = JSON.stringify(value);
  // A word alone needs no quotes.
  return typeof value === 'string' && /^[a-z][\w./-]*(?<!:)$/i.test(value) && !WORDS.test(value)
    ? value
    : text;
}

/** Words that are no text. */
const WORDS = /^(?:true|false|null|yes|no|on|off)$/i;

function add(document: Document, path: readonly string[], value: unknown): void {
  for (let length = 1; length < path.length; length++) {
    const above = path.slice(0, length);
    const node: unknown = document.getIn(above, true);
    if (isAlias(node)) {
      // What the anchor's own place has must not change with it.
      const own = node.resolve(document)?.clone();
      if (own && 'anchor' in own) delete own.anchor;
      document.setIn(above, own);
    }
    // A key without a value: `web:`.
    else if (node === undefined || isScalar(node)) document.setIn(above, new YAMLMap());
  }
  document.setIn(path, document.createNode(value));
}
