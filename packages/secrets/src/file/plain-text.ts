import { isMap, isScalar, LineCounter, type Pair, parseDocument, type Scalar } from 'yaml';
import { FormatError } from '../secrets-error.js';
import { entryText } from './plain-of.js';
import { SECRET_NAME } from '../environment/secret-name.js';
import { yamlText } from './yaml-text.js';

/** A secret's line in a YAML file. */
export interface Entry {
  readonly name: string;
  /** As written: `5432` and `yes` are text. For `!vault`, the encrypted text. */
  readonly value: string;
  readonly tag: '!vault' | undefined;
  /** Its text in the file, from the name's end to the value's. */
  readonly from: number;
  readonly to: number;
  /** Whether it is a block that YAML takes the last line break from, `|-`. */
  readonly stripped: boolean;
  /**
   * Whether it has no quotes and an anchor before it or a comment behind it, which may be meant as
   * parts of it.
   */
  readonly cut: boolean;
}

/**
 * Reads secrets as people write them: a flat YAML map of names and texts.
 *
 * @throws FormatError with line and name when it is anything else. It holds no value.
 */
export function parsePlain(text: string): ReadonlyMap<string, Entry> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    // All scalars are text.
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
    logLevel: 'error',
  });
  const at = (offset: number): string => `line ${String(Math.max(1, lines.linePos(offset).line))}`;
  const [error] = document.errors;
  // The parser's own messages quote the line.
  if (error) {
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw new FormatError(
      `${at(error.pos[0])} is not YAML (${what}): a value with other than letters and digits needs quotes, 'it''s'`,
    );
  }
  const root = document.contents;
  const entries = new Map<string, Entry>();
  if (root === null || (isScalar(root) && root.value === '')) return entries;
  if (!isMap(root) || root.flow) throw new FormatError('expected lines "name: value"');
  if (document.directives.docEnd) {
    throw new FormatError('it has a line "...", which ends the document: take it out');
  }
  for (const { key, value } of root.items as readonly Pair[]) {
    if (!isScalar(key) || !isText(key)) throw new FormatError('a name is no text');
    const line = at(key.range?.[0] ?? 0);
    const name = key.value;
    const begin = key.range?.[0] ?? 0;
    if (text.slice(text.lastIndexOf('\n', begin - 1) + 1, begin).trim() !== '') {
      throw new FormatError(
        `${line} begins with something else than a name, expected "name: value"`,
      );
    }
    if (!SECRET_NAME.test(name)) {
      throw new FormatError(
        `${line} has a name that can't be one, expected letters, digits, - and _, not beginning with a digit`,
      );
    }
    if (entries.has(name)) throw new FormatError(`${line} has ${name} a second time`);
    if (value !== null && (!isScalar(value) || !isText(value))) {
      const kind = isMap(value) ? 'a map' : isScalar(value) ? 'no text' : 'a list or an alias';
      throw new FormatError(`${line} has ${kind} for ${name}, expected text`);
    }
    const tag = value?.tag;
    if (tag !== undefined && tag !== '!vault' && tag !== 'tag:yaml.org,2002:str') {
      throw new FormatError(`${line} has the tag ${tag} for ${name}, expected none or !vault`);
    }
    entries.set(name, {
      name,
      value: value?.value ?? '',
      tag: tag === '!vault' ? tag : undefined,
      from: key.range?.[1] ?? 0,
      to: value?.range?.[1] ?? key.range?.[1] ?? 0,
      stripped: /^[|>]\d?-/.test(text.slice(value?.range?.[0] ?? text.length)),
      cut:
        (value === null || value.type === 'PLAIN') &&
        (value?.anchor !== undefined ||
          /^[ \t]*#/.test(text.slice(value?.range?.[1] ?? text.length))),
    });
  }
  return entries;
}

function isText(scalar: Scalar): scalar is Scalar<string> {
  return typeof scalar.value === 'string';
}

/**
 * Replaces what is written for some names; all else stays byte for byte.
 *
 * @param written what follows `name:`, without the blank before it; ends with a line break
 *   when it is a block.
 */
export function replaceEntries(
  text: string,
  entries: ReadonlyMap<string, Entry>,
  written: ReadonlyMap<string, string>,
): string {
  let result = text;
  for (const { name, from, to } of [...entries.values()].reverse()) {
    const replacement = written.get(name);
    if (replacement === undefined) continue;
    const old = result.slice(from, to);
    const isBlock = replacement.endsWith('\n');
    const wasBlock = old.endsWith('\n');
    const end = result.indexOf('\n', to);
    // A comment behind a value stays on the name's line, where YAML allows it before a block too.
    const behind = wasBlock ? '' : result.slice(to, end < 0 ? undefined : end).trimEnd();
    const rest = wasBlock ? result.slice(to) : end < 0 ? '' : result.slice(end + 1);
    const [head = '', ...body] = replacement.split('\n');
    const gap = wasBlock ? /\n(\n*)$/.exec(old)?.[1] : '';
    const line = `: ${head}${behind.startsWith('#') ? ' ' : ''}${behind}\n`;
    result = `${result.slice(0, from)}${line}${isBlock ? body.join('\n') : ''}${gap ?? ''}${rest}`;
  }
  return result;
}

/** Takes out the lines of some secrets. */
export function removeEntries(text: string, entries: readonly Entry[]): string {
  return [...entries].reverse().reduce((rest, { from, to }) => {
    const start = rest.lastIndexOf('\n', from - 1) + 1;
    // A block ends with its line break.
    const end = rest[to - 1] === '\n' ? to - 1 : rest.indexOf('\n', to);
    return rest.slice(0, start) + (end < 0 ? '' : rest.slice(end + 1));
  }, text);
}

/** Changes one secret, or adds it at the end; comments and the others stay as they are. */
export function setPlain(text: string, name: string, value: string): string {
  const entries = parsePlain(text);
  if (entries.has(name)) return replaceEntries(text, entries, new Map([[name, yamlText(value)]]));
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return before + entryText(name, value);
}

/**
 * The values of a text of secrets by name.
 *
 * @throws as {@link parsePlain} does.
 */
export function valuesOf(text: string): ReadonlyMap<string, string> {
  return new Map([...parsePlain(text)].map(([name, { value }]) => [name, value]));
}
