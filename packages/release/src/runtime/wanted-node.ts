import { HintedError } from '@fairness-deploy/shell/text';
import { isExactVersion, type NodeRuntime } from '@fairness-deploy/core';
import { isRecord } from '@fairness-deploy/environment-file';
// npm's own: ranges in package.json mean what npm takes them for.
import { validRange } from 'semver';
import { nearest, type ProjectFiles } from './project-files.js';
import { parseManifest } from './manifest.js';

/** The Node.js that a project wants. */
export interface WantedNode {
  /** As it is written: `24`, `>=20 <23`, `lts`. */
  readonly shown: string;
  /** Where it is written: `.nvmrc`; undefined: in the environment. */
  readonly from?: string;
  /** What satisfies it, in npm's notation. */
  readonly range: string;
  /** The version, when there is no choice. */
  readonly exact?: string;
  /** Only versions with long-term support, or only of the line of that name. */
  readonly lts?: true | string;
  /** The newest of all, with long-term support or not. */
  readonly newest?: true;
}

/**
 * Finds out which Node.js is wanted.
 *
 * @param files those of the commit
 * @throws HintedError when the file isn't in the commit, or has no version that is understood.
 */
export function wantedNode(
  node: Pick<NodeRuntime, 'version' | 'file'>,
  files: ProjectFiles,
  { commit, directory }: { readonly commit: string; readonly directory: string | undefined },
): WantedNode {
  const { version, file } = node;
  if (version !== undefined) return need(parseVersion(version), version);
  const name = file ?? '.nvmrc';
  const short = commit.slice(0, 10);
  const found = nearest(files, directory, name);
  if (!found) {
    throw new HintedError(
      `Cannot choose the Node.js of ${short}: the commit has no file ${name}, which application.node names`,
      { hint: 'add it and commit, or name the version: node: 24' },
    );
  }
  const { path, text } = found;
  return /(?:^|\/)package\.json$/.test(path)
    ? fromManifest(parseManifest(text, path, commit), path, short)
    : fromText(text, path, short);
}

function need(wanted: WantedNode | undefined, version: string): WantedNode {
  if (!wanted) throw new RangeError(`Cannot choose the Node.js ${JSON.stringify(version)}`);
  return wanted;
}

/** The first line that is no comment: the form of nvm, n, fnm, nodenv and others. */
function fromText(text: string, path: string, commit: string): WantedNode {
  const [line = ''] = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((one) => one.replace(/#.*/, '').trim())
    .filter((one) => one !== '');
  const wanted = parseVersion(line);
  if (wanted) return { ...wanted, from: path };
  throw notUnderstood(path, commit, line);
}

/** The places of a package.json, the most exact one first. */
function fromManifest(
  manifest: Readonly<Record<string, unknown>>,
  path: string,
  commit: string,
): WantedNode {
  const { volta, devEngines, engines } = manifest;
  const runtimes = isRecord(devEngines) ? [devEngines['runtime']].flat() : [];
  const places = [
    ['volta.node', isRecord(volta) ? volta['node'] : undefined],
    [
      'devEngines.runtime',
      runtimes.filter(isRecord).find(({ name }) => name === 'node')?.['version'],
    ],
    ['engines.node', isRecord(engines) ? engines['node'] : undefined],
  ] as const;
  const [place, given] = places.find(([, value]) => value !== undefined) ?? [];
  if (place === undefined) {
    throw new HintedError(`Cannot choose the Node.js of ${commit}: ${path} does not name one`, {
      hint: 'add it: "engines": { "node": "24.x" }',
    });
  }
  const from = `${path}, ${place}`;
  const wanted = typeof given === 'string' ? parseVersion(given) : undefined;
  if (wanted) return { ...wanted, from };
  throw notUnderstood(from, commit, String(given));
}

function notUnderstood(where: string, commit: string, given: string): HintedError {
  return new HintedError(
    `Cannot choose the Node.js of ${commit}: ${where} has ${JSON.stringify(given.slice(0, 100))}, expected a version or a range of versions`,
    { hint: 'such as 24.11.1, 24 or lts/*' },
  );
}

/** Parses a version as nvm, npm and others write it. @returns undefined when it is none */
export function parseVersion(text: string): WantedNode | undefined {
  const shown = text.trim();
  const word = shown.toLowerCase();
  if (word === 'lts' || word === 'lts/*') return { shown, range: '*', lts: true };
  const [, line] = /^lts\/([a-z]+)$/.exec(word) ?? [];
  if (line !== undefined) return { shown, range: '*', lts: line };
  // Aliases of nvm and n.
  if (['node', 'latest', 'current', 'stable'].includes(word)) {
    return { shown, range: '*', newest: true };
  }
  const plain = word.replace(/^[v=]+/, '');
  if (isExactVersion(plain)) return { shown, range: plain, exact: plain };
  const range = shown === '' ? null : validRange(shown);
  return range === null ? undefined : { shown, range };
}
