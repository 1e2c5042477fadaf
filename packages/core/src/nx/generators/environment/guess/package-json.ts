import { isRecord } from '@fairness-deploy/environment-file';
import type { Clue } from './clue.js';

const FILE = 'package.json';

/** What package.json says. */
export interface PackageJson {
  readonly name?: string;
  readonly scripts: ReadonlyMap<string, Clue<string>>;
  /** The field packageManager. */
  readonly packageManager?: Clue<string>;
  /** Whether it says which Node.js is needed, by a key that `application.node.file` reads. */
  readonly node?: Clue<string>;
  readonly dependencies: ReadonlyMap<string, Clue<string>>;
}

/** @returns undefined when it is no JSON, or no map */
export function readPackageJson(text: string): PackageJson | undefined {
  const data = parsed(text);
  if (!isRecord(data)) return undefined;
  const lines = text.split('\n');
  const clue = <Value>(value: Value, ...keys: readonly string[]): Clue<Value> => {
    const line = lineOf(lines, keys);
    return { value, file: FILE, ...(line > 0 && { line }) };
  };
  const texts = (key: string): ReadonlyMap<string, Clue<string>> =>
    new Map(
      Object.entries(isRecord(data[key]) ? data[key] : {}).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, clue(value, key, name)] as const] : [],
      ),
    );
  const name = data['name'];
  const manager = data['packageManager'];
  const node = nodeOf(data);
  return {
    ...(typeof name === 'string' && { name }),
    scripts: texts('scripts'),
    ...(typeof manager === 'string' && { packageManager: clue(manager, 'packageManager') }),
    ...(node && { node: clue(node.value, ...node.keys) }),
    dependencies: new Map([...texts('devDependencies'), ...texts('dependencies')]),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nodeOf(data: Readonly<Record<string, unknown>>) {
  const ways = [
    ['volta', 'node'],
    ['devEngines', 'runtime', 'version'],
    ['engines', 'node'],
  ] as const;
  for (const keys of ways) {
    let value: unknown = data;
    for (const key of keys) value = isRecord(value) ? value[key] : undefined;
    if (typeof value === 'string') return { keys, value };
  }
  return undefined;
}

/** The line of a key within the keys above it, as package managers write the file; 0: not found. */
function lineOf(lines: readonly string[], keys: readonly string[]): number {
  let at = -1;
  for (const key of keys) {
    at = lines.findIndex(
      (line, number) => number > at && line.trimStart().startsWith(`${JSON.stringify(key)}:`),
    );
    if (at < 0) return 0;
  }
  return at + 1;
}
