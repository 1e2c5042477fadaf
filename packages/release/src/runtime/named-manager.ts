import { HintedError } from '@fairness-deploy/shell/text';
import { isRecord } from '@fairness-deploy/environment-file';
import { valid } from 'semver';
import type { PackageManagerName } from '../application/runtime.js';
import { parseManifest } from './manifest.js';
import { foldersUp, join, type ProjectFiles } from './project-files.js';

/** The package manager that a project names. */
export interface NamedManager {
  readonly name: PackageManagerName | 'npm';
  readonly version: string;
  /** The digest of its file, as corepack writes it: `sha512.<digits>`. */
  readonly hash?: string;
}

const NAMED = /^([a-z]+)@([^+\s]+)(?:\+((?:sha1|sha224|sha256|sha384|sha512)\.[0-9a-f]+))?$/;

/**
 * Finds the package manager that a package.json names, in the application's folder or the nearest
 * one above it: `packageManager` as corepack reads it (nodejs.org/api/packages.html, packageManager),
 * else `devEngines.packageManager` (docs.npmjs.com, package.json).
 *
 * @returns undefined when none is named, or another one than npm, pnpm and yarn.
 * @throws HintedError when it has no exact version.
 */
export function namedManager(
  files: ProjectFiles,
  { commit, directory }: { readonly commit: string; readonly directory: string | undefined },
): NamedManager | undefined {
  for (const folder of foldersUp(directory)) {
    const path = join(folder, 'package.json');
    const text = files.get(path);
    if (text === undefined) continue;
    const { packageManager, devEngines } = parseManifest(text, path, commit);
    if (typeof packageManager === 'string') {
      return managerFromText(
        packageManager,
        `"packageManager" in ${path} of ${commit.slice(0, 10)}`,
      );
    }
    const engines = isRecord(devEngines) ? [devEngines['packageManager']].flat() : [];
    const engine = engines.filter(isRecord).find(({ name }) => isName(name));
    if (engine) return fromEngine(engine, `${path} of ${commit.slice(0, 10)}`);
  }
  return undefined;
}

/**
 * Reads `pnpm@10.12.1`, as corepack writes it.
 *
 * @param where it stands, for the error
 * @returns undefined for another one than npm, pnpm and yarn.
 * @throws HintedError when it has no exact version.
 */
export function managerFromText(text: string, where: string): NamedManager | undefined {
  const [, name, version = '', hash] = NAMED.exec(text) ?? [];
  if (name !== undefined && !isName(name)) return undefined;
  if (isName(name) && valid(version) === version) {
    return { name, version, ...(hash !== undefined && { hash }) };
  }
  throw new HintedError(
    `Cannot choose the package manager: ${where} is ${JSON.stringify(text.slice(0, 100))}, expected a name and an exact version`,
    { hint: 'such as "packageManager": "pnpm@10.12.1"' },
  );
}

function fromEngine(
  { name, version }: Readonly<Record<string, unknown>>,
  where: string,
): NamedManager | undefined {
  if (!isName(name)) return undefined;
  // npm comes with Node.js, whatever range it should be in.
  if (name === 'npm') return { name, version: '' };
  if (typeof version === 'string' && valid(version) === version) return { name, version };
  throw new HintedError(
    `Cannot choose the version of ${name}: "devEngines.packageManager" in ${where} has no exact version`,
    { hint: `add it: "packageManager": "${name}@<the output of ${name} --version>"` },
  );
}

function isName(name: unknown): name is NamedManager['name'] {
  return name === 'npm' || name === 'pnpm' || name === 'yarn';
}
