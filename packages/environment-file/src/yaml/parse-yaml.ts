import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { Anchors } from './anchors.js';
import type { KeyPath, Place, Report } from '../issues/issue.js';
import type { Located, LocatedEntry, LocatedMap } from './located.js';
import { plain } from '../issues/show-value.js';
import { plainValue, scalarProblem } from './yaml-scalar.js';
import { yamlMessage } from './yaml-message.js';

/** Levels of maps and lists; far more than an environment has. */
const DEEPEST = 50;

const STRING_TAG = 'tag:yaml.org,2002:str';

/**
 * Parses YAML 1.2 (so that `no` and `on` are text), with every value's place. Fills in aliases and
 * merge keys (`<<`). Refuses everything that could be read in two ways: duplicate keys, numbers
 * that are read otherwise than written (`0644`, `1.10`), tags.
 *
 * @returns undefined when problems were reported.
 */
export function parseYaml(text: string, file: string, report: Report): LocatedMap | undefined {
  return new Parser(text, file, report).parse();
}

class Parser {
  readonly #lines = new LineCounter();
  readonly #anchors = new Anchors();
  #count = 0;
  #failed = false;

  constructor(
    readonly text: string,
    readonly file: string,
    readonly report: Report,
  ) {}

  parse(): LocatedMap | undefined {
    // The parser's own check for duplicate keys takes quadratic time.
    const document = parseDocument(this.text, {
      version: '1.2',
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: this.#lines,
    });
    this.#reportErrors(document);
    if (document.errors.length > 0) return undefined;
    const root = document.contents;
    const whole = { file: this.file };
    if (root === null || (isScalar(root) && root.value === null)) {
      this.#fail(whole, [], 'the file is empty, expected a map of settings');
      return undefined;
    }
    if (!isMap(root)) {
      const kind = isSeq(root) ? 'a list' : 'a single value';
      this.#fail(
        whole,
        [],
        `the file holds ${kind}, expected a map of settings`,
        'write "key: value" lines',
      );
      return undefined;
    }
    const located = this.#map(root, []);
    return this.#failed
      ? undefined
      : { ...located, place: { file: this.file, line: 1, column: 1 } };
  }

  #reportErrors(document: Document.Parsed): void {
    const { yaml } = document.directives;
    if (yaml.explicit === true && yaml.version !== '1.2') {
      this.#fail(this.#place(0), [], `%YAML ${yaml.version} is not supported, expected YAML 1.2`);
    }
    let line = 0;
    for (const error of document.errors) {
      const place = this.#place(error.pos[0]);
      // The parser often reports what follows from the first error of a line.
      if (place.line === line) continue;
      line = place.line ?? 0;
      const { message, hint } = yamlMessage(error.code, error.message);
      this.#fail(place, [], message, hint);
    }
  }

  #node(node: Node | null, path: KeyPath, fallback: Place): Located {
    this.#count++;
    const place = node?.range ? this.#place(node.range[0]) : fallback;
    if (path.length > DEEPEST) {
      this.#fail(place, path.slice(0, 5), `nested more than ${String(DEEPEST)} levels deep`);
      return { kind: 'scalar', place, value: null };
    }
    if (node === null) return { kind: 'scalar', place: fallback, value: null };
    if (isAlias(node)) return this.#alias(node, path, place);
    this.#checkTag(node, path, place);
    const before = this.#count;
    if (node.anchor !== undefined) this.#anchors.begin(node.anchor);
    const located = this.#content(node, path, place, fallback);
    if (node.anchor !== undefined) {
      this.#anchors.end(node.anchor, located, this.#count - before + 1);
    }
    return located;
  }

  #content(node: Node, path: KeyPath, place: Place, fallback: Place): Located {
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return this.#list(node, path, place);
    if (isScalar(node)) return this.#scalar(node, path, node.value === null ? fallback : place);
    throw new TypeError('Cannot read YAML: a node of a kind that we do not know');
  }

  #map(map: YAMLMap, path: KeyPath): LocatedMap {
    const entries = new Map<string, LocatedEntry>();
    const merged: Located[] = [];
    for (const { key: keyNode, value } of map.items) {
      // The parser gives nodes; its types allow for documents made by hand.
      const node = keyNode as Node | null;
      const place = this.#place(node?.range?.[0] ?? map.range?.[0] ?? 0);
      const key = this.#key(node, path, place);
      if (key === undefined) continue;
      if (key === '<<' && isScalar(node) && node.type === 'PLAIN') {
        merged.push(...this.#merged(value as Node | null, path, place));
        continue;
      }
      const earlier = entries.get(key);
      if (earlier !== undefined) {
        const where = `already given at line ${String(earlier.place.line)}`;
        this.#fail(place, [...path, key], `duplicate key, ${where}`, 'keep one of the two');
        continue;
      }
      entries.set(key, { place, value: this.#node(value as Node | null, [...path, key], place) });
    }
    for (const source of merged) {
      if (source.kind !== 'map') continue;
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return { kind: 'map', place: this.#place(map.range?.[0] ?? 0), entries };
  }

  #list(list: YAMLSeq, path: KeyPath, place: Place): Located {
    const items = list.items.map((item, at) =>
      this.#node(item as Node | null, [...path, at], place),
    );
    return { kind: 'list', place, items };
  }

  /** The maps that a merge key adds, the first of them winning. */
  #merged(node: Node | null, path: KeyPath, place: Place): readonly Located[] {
    const located = this.#node(node, [...path, '<<'], place);
    const sources = located.kind === 'list' ? located.items : [located];
    if (sources.every((source) => source.kind === 'map')) return sources;
    this.#fail(place, [...path, '<<'], 'expected an alias of a map, or a list of them');
    return [];
  }

  #key(node: Node | null, path: KeyPath, place: Place): string | undefined {
    if (!isScalar(node) || node.value === null) {
      const hint = 'quote a text that begins with {, [, * or &';
      this.#fail(place, path, 'a key that is not plain text', hint);
      return undefined;
    }
    const key = typeof node.value === 'string' ? node.value : (node.source ?? '');
    if (key === '__proto__') {
      this.#fail(place, path, '"__proto__" may not be a key');
      return undefined;
    }
    return key;
  }

  #scalar(scalar: Scalar, path: KeyPath, place: Place): Located {
    const problem = scalarProblem(scalar);
    if (problem !== undefined) this.#fail(place, path, problem.message, problem.hint);
    return { kind: 'scalar', place, value: plainValue(scalar) };
  }

  #alias({ source }: Alias, path: KeyPath, place: Place): Located {
    const result = this.#anchors.expand(source);
    if ('located' in result) {
      this.#count += result.size;
      return result.located;
    }
    this.#fail(place, path, result.message, result.hint);
    return { kind: 'scalar', place, value: null };
  }

  #checkTag(node: Node, path: KeyPath, place: Place): void {
    if (isAlias(node) || node.tag === undefined || node.tag === STRING_TAG) return;
    const implied = { map: isMap(node), seq: isSeq(node) }[
      node.tag.replace('tag:yaml.org,2002:', '')
    ];
    if (implied === true) return;
    this.#fail(place, path, `the tag ${plain(node.tag)} is not supported`, 'leave it out');
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #fail(place: Place, path: KeyPath, message: string, hint?: string): void {
    this.#failed = true;
    this.report({ place, path, message, ...(hint === undefined ? {} : { hint }) });
  }
}
