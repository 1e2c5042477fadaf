import { isAlias, isMap as isYamlMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node, Scalar } from 'yaml';
import { quoteText } from '@fairness-deploy/environment-file';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type { Findings, Place } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';
import { isList, isMap, type Value, type Variables } from './value.js';
import { plainScalar } from './yaml-scalar.js';

/** Levels of maps and lists; values of a file, those that aliases repeat included. */
const DEEPEST = 50;
const MOST_VALUES = 100_000;

/** What a file's values need: the vault's passwords, and a place for findings. */
export interface YamlReading {
  readonly file: string;
  readonly findings: Findings;
  /** Decrypts a value in Ansible Vault's format. @throws ImportError */
  readonly decrypt: (text: string, place: Place) => Promise<string>;
}

/** A YAML document of Ansible's: the values of its top level, and the lines of its keys. */
export interface YamlFile {
  readonly value: Value;
  /** The line of a node below the root: `lineOf('hosts', 'web1')`. */
  readonly lineOf: (...path: readonly string[]) => number;
}

/**
 * Reads YAML as Ansible does: YAML 1.1 with `!vault` and `!unsafe`; of two equal keys the last one
 * counts, and is said.
 *
 * @throws ImportError with file and line when it isn't YAML, or larger than any set-up.
 */
export async function readYaml(text: string, reading: YamlReading): Promise<YamlFile> {
  const reader = new YamlReader(text, reading);
  return { value: await reader.read(), lineOf: (...path) => reader.lines.get(pathKey(path)) ?? 1 };
}

/** The variables of a file: a map, or nothing. @throws ImportError when it holds anything else. */
export function variablesOf({ value, lineOf }: YamlFile, file: string): Variables {
  if (value === null) return new Map();
  if (!isMap(value)) throw errorAt({ file, line: 1 }, 'it holds no map of variables');
  return new Map(
    [...value].map(([name, each]) => [name, { value: each, place: { file, line: lineOf(name) } }]),
  );
}

const pathKey = (path: readonly string[]): string => JSON.stringify(path);

class YamlReader {
  readonly lines = new Map<string, number>();
  readonly #counter = new LineCounter();
  readonly #anchors = new Map<string, Value | undefined>();
  #values = 0;

  constructor(
    readonly text: string,
    readonly reading: YamlReading,
  ) {}

  async read(): Promise<Value> {
    const document = parseDocument(this.text, {
      ...{ version: '1.1', schema: 'failsafe', uniqueKeys: false, prettyErrors: false },
      ...{ lineCounter: this.#counter, logLevel: 'error' },
    });
    const [error] = document.errors;
    if (error) {
      // The parser's message may quote the line, and so a secret.
      const what = error.code.toLowerCase().replaceAll('_', ' ');
      throw errorAt(this.#place(error.pos[0]), `it is not YAML (${what})`);
    }
    return this.#value(document.contents, []);
  }

  async #value(node: Node | null, path: readonly string[]): Promise<Value> {
    const place = this.#place(node?.range?.[0] ?? 0);
    this.#values += 1;
    if (path.length > DEEPEST) throw errorAt(place, 'it is nested too deep');
    if (this.#values > MOST_VALUES) {
      throw errorAt(place, `it has more than ${String(MOST_VALUES)} values, aliases included`);
    }
    if (node === null) return null;
    if (isAlias(node)) return this.#alias(node.source, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, undefined);
    const value = await this.#content(node, path, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, value);
    return value;
  }

  async #content(node: Node, path: readonly string[], place: Place): Promise<Value> {
    if (isYamlMap(node)) {
      const own = new Map<string, Value>();
      const merged = new Map<string, Value>();
      for (const { key: keyNode, value } of node.items) {
        // The parser gives nodes; its types allow for documents made by hand.
        const key = keyNode as Node | null;
        const at = this.#place(key?.range?.[0] ?? 0);
        const name = isScalar(key) ? String(key.value) : isAlias(key) ? undefined : '';
        if (name === undefined || (!isScalar(key) && key !== null)) {
          throw errorAt(at, 'a key is no text');
        }
        const inner = await this.#value(value as Node | null, [...path, name]);
        if (name === '<<') {
          for (const map of isMap(inner) ? [inner] : isList(inner) ? inner : []) {
            if (!isMap(map)) continue;
            for (const [each, one] of map) if (!merged.has(each)) merged.set(each, one);
          }
          continue;
        }
        if (own.has(name)) {
          this.reading.findings.add(
            'check',
            at,
            `the key ${quoteText(name)} is given twice; this one counts`,
          );
        }
        own.set(name, inner);
        this.lines.set(pathKey([...path, name]), at.line);
      }
      return new Map([...[...merged].filter(([key]) => !own.has(key)), ...own]);
    }
    if (isSeq(node)) {
      const items: Value[] = [];
      for (const [at, item] of node.items.entries()) {
        items.push(await this.#value(item as Node | null, [...path, String(at)]));
        const { range } = item as Node;
        this.lines.set(pathKey([...path, String(at)]), this.#place(range?.[0] ?? 0).line);
      }
      return items;
    }
    if (isScalar(node)) return this.#scalar(node, path, place);
    throw errorAt(place, 'it has a node of an unknown kind');
  }

  async #scalar(node: Scalar, path: readonly string[], place: Place): Promise<Value> {
    const text = typeof node.value === 'string' ? node.value : '';
    switch (node.tag) {
      case '!vault':
      case '!vault-encrypted': {
        const name = path.join('_') || 'value';
        const whole = text.endsWith('\n') ? text : `${text}\n`;
        return Text.of(new Secret(name, await this.reading.decrypt(whole, place)));
      }
      case '!unsafe':
        return Text.of(text);
      case undefined:
      case 'tag:yaml.org,2002:int':
      case 'tag:yaml.org,2002:float':
      case 'tag:yaml.org,2002:bool':
      case 'tag:yaml.org,2002:null':
        return node.type === 'PLAIN' || node.type === undefined ? plainScalar(text) : text;
      case 'tag:yaml.org,2002:str':
        return text;
      default:
        this.reading.findings.add(
          'untranslated',
          place,
          `a value has the tag ${quoteText(node.tag)}`,
        );
        return null;
    }
  }

  #alias(name: string, place: Place): Value {
    const value = this.#anchors.get(name);
    if (value === undefined) {
      throw errorAt(place, 'an alias has no anchor before it, or stands within its own anchor');
    }
    this.#values += countOf(value);
    if (this.#values > MOST_VALUES) {
      throw errorAt(place, `it has more than ${String(MOST_VALUES)} values, aliases included`);
    }
    return value;
  }

  #place(offset: number): Place {
    return { file: this.reading.file, line: Math.max(1, this.#counter.linePos(offset).line) };
  }
}

/** Stops counting when there are too many, as an alias of aliases grows with each level. */
function countOf(value: Value): number {
  let count = 0;
  const rest: Value[] = [value];
  for (let one = rest.pop(); one !== undefined && count <= MOST_VALUES; one = rest.pop()) {
    count += 1;
    if (isMap(one)) rest.push(...one.values());
    else if (Array.isArray(one)) for (const each of one) rest.push(each as Value);
  }
  return count;
}
