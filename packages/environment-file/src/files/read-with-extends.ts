import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Issue, Place, Report } from '../issues/issue.js';
import type { Located, LocatedMap } from '../yaml/located.js';
import { merge } from '../yaml/merge.js';
import { parseYaml } from '../yaml/parse-yaml.js';
import { readSource, type ReadSource } from './read-source.js';
import { plain, quoteText, showValue } from '../issues/show-value.js';

/**
 * Reads an environment file and those that it extends, one after the other, and merges them.
 * The result has no `extends` any more.
 *
 * @param source reads the files: from the disk, unless their new content is not written yet
 * @returns undefined when problems were reported.
 */
export function readWithExtends(
  file: string,
  workspace: string,
  report: Report,
  source: ReadSource = readSource,
): LocatedMap | undefined {
  return read(file, [], { file }, { workspace, report, source });
}

/**
 * The files that an environment file extends, one after the other; absolute paths. A file that can't be read,
 * or extends none, is the last.
 */
export function extendedFiles(
  file: string,
  workspace: string,
  source: ReadSource = readSource,
): readonly string[] {
  const chain = [file];
  for (;;) {
    const last = chain.at(-1) ?? file;
    const read = source(last);
    const own = 'text' in read ? parseYaml(read.text, last, () => undefined) : undefined;
    const extended = own?.entries.get('extends')?.value;
    const parent = extended && parentOf(extended, chain, workspace);
    if (typeof parent !== 'string') return chain.slice(1);
    chain.push(parent);
  }
}

interface Context {
  readonly workspace: string;
  readonly source: ReadSource;
  readonly report: Report;
}

/** @param place where the file is named; a missing file is reported there. */
function read(
  file: string,
  chain: readonly string[],
  place: Place,
  context: Context,
): LocatedMap | undefined {
  const { report, workspace } = context;
  const source = context.source(file);
  if ('failure' in source) {
    const asked = chain.length > 0;
    const message = asked
      ? `cannot extend ${quoteText(relative(workspace, file))}: ${source.failure}`
      : source.failure;
    report({ place, path: asked ? ['extends'] : [], message });
    return undefined;
  }
  const own = parseYaml(source.text, file, report);
  const extended = own?.entries.get('extends')?.value;
  if (own === undefined || extended === undefined) return own;
  const parent = parentOf(extended, [...chain, file], workspace);
  if (typeof parent !== 'string') {
    report({ place: extended.place, path: ['extends'], ...parent });
    return undefined;
  }
  const inherited = read(parent, [...chain, file], extended.place, context);
  return inherited && merge(inherited, without(own, 'extends'));
}

/** The file that `extends` names in the last file of the chain, or why it can't be. */
function parentOf(
  { kind, ...node }: Located,
  chain: readonly string[],
  workspace: string,
): string | Pick<Issue, 'message' | 'hint'> {
  const value = 'value' in node ? node.value : undefined;
  if (typeof value !== 'string' || value === '') {
    const actual = kind === 'scalar' ? showValue(value) : `a ${kind}`;
    return { message: `expected the path of a file, got ${actual}` };
  }
  if (value.includes('${')) {
    return { message: 'expected the path of a file; nothing is filled in here' };
  }
  const parent = resolve(dirname(chain.at(-1) ?? workspace), value);
  if (!isWithin(parent, workspace)) {
    const message = `${quoteText(value)} leads out of the workspace`;
    return { message, hint: 'move the file into the workspace' };
  }
  if (chain.some((earlier) => realPath(earlier) === realPath(parent))) {
    const names = [...chain, parent].map((each) => plain(relative(workspace, each)));
    return { message: `the files extend each other in a circle: ${names.join(' → ')}` };
  }
  return parent;
}

function without(map: LocatedMap, key: string): LocatedMap {
  return { ...map, entries: new Map([...map.entries].filter(([each]) => each !== key)) };
}

function isWithin(file: string, folder: string): boolean {
  const path = relative(realPath(folder), realPath(file));
  return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** The path without symbolic links; of a missing file, that of the folder it would be in. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    // A missing file has no real path; reading it fails with a message.
    const folder = dirname(file);
    return folder === file ? file : resolve(realPath(folder), relative(folder, file));
  }
}
