import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Place, Report } from './issue.js';
import type { LocatedMap } from './located.js';
import { merge } from './merge.js';
import { parseYaml } from './parse-yaml.js';
import { readSource } from './read-source.js';
import { plain, quoteText, showValue } from './show-value.js';

/**
 * Reads an environment file and those that it extends, one after the other, and merges them.
 * The result has no `extends` any more.
 *
 * @returns undefined when problems were reported.
 */
export function readWithExtends(
  file: string,
  workspace: string,
  report: Report,
): LocatedMap | undefined {
  return read(file, [], { file }, { workspace, report });
}

interface Context {
  readonly workspace: string;
  readonly report: Report;
}

/** @param place where the file is asked for, which is where its absence is reported. */
function read(
  file: string,
  chain: readonly string[],
  place: Place,
  context: Context,
): LocatedMap | undefined {
  const { report, workspace } = context;
  const asked = chain.length > 0;
  const source = readSource(file);
  if ('failure' in source) {
    const message = asked
      ? `cannot extend ${quoteText(relative(workspace, file))}: ${source.failure}`
      : source.failure;
    report({ place, path: asked ? ['extends'] : [], message });
    return undefined;
  }
  const own = parseYaml(source.text, file, report);
  if (own === undefined) return undefined;
  const entry = own.entries.get('extends');
  if (entry === undefined) return own;
  const { value } = entry;
  const fail = (message: string, hint?: string): undefined => {
    report({
      place: value.place,
      path: ['extends'],
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (value.kind !== 'scalar' || typeof value.value !== 'string' || value.value === '') {
    const actual = value.kind === 'scalar' ? showValue(value.value) : `a ${value.kind}`;
    return fail(`expected the path of a file, got ${actual}`);
  }
  if (value.value.includes('${')) {
    return fail('expected the path of a file; variables are not filled in here');
  }
  const parent = resolve(dirname(file), value.value);
  if (!isWithin(parent, workspace)) {
    return fail(
      `${quoteText(value.value)} leads out of the workspace`,
      'move the file into the workspace',
    );
  }
  const next = [...chain, file];
  if (next.some((earlier) => sameFile(earlier, parent))) {
    const names = [...next, parent].map((each) => plain(relative(workspace, each)));
    return fail(`the files extend each other in a circle: ${names.join(' → ')}`);
  }
  const inherited = read(parent, next, value.place, context);
  return inherited && merge(inherited, without(own, 'extends'));
}

function without(map: LocatedMap, key: string): LocatedMap {
  return { ...map, entries: new Map([...map.entries].filter(([each]) => each !== key)) };
}

function isWithin(file: string, folder: string): boolean {
  const path = relative(realPath(folder), realPath(file));
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

function sameFile(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

/** The path without symbolic links; of a missing file, that of the folder it would be in. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A missing file has no real path; whoever reads it says so.
    const folder = dirname(file);
    return folder === file ? file : resolve(realPath(folder), relative(folder, file));
  }
}
