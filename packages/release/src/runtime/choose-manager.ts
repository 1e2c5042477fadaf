import { HintedError } from '@fairness-deploy/shell/text';
import type { PackageManagerName } from '../application/runtime.js';
import type { ReleaseCommand } from '../section/command.js';
import type { ReleaseSection } from '../section/section.js';
import { managerFromText, namedManager, type NamedManager } from './named-manager.js';
import { foldersUp, join, LOCK_FILES, type ProjectFiles } from './project-files.js';

type Names = PackageManagerName | 'npm';

/** The package manager of a release: the one that package.json or the environment names, else npm. */
export type ChosenManager = NamedManager | { readonly name: 'npm' };

/**
 * Chooses the package manager. Another one than npm must be named with its version: two versions of
 * it would install different packages from one lock file.
 *
 * @param section its commands decide whether a lock file of pnpm or yarn counts
 * @param given by the environment, for a repository that names none: `pnpm@10.12.1`
 * @throws HintedError when the project uses pnpm or yarn and doesn't say in which version.
 */
export function chooseManager(
  files: ProjectFiles,
  section: Pick<ReleaseSection, 'directory' | 'install' | 'build' | 'migrate' | 'byDefault'>,
  commit: string,
  given?: string,
): ChosenManager {
  const { directory, install, build, migrate, byDefault } = section;
  const named =
    namedManager(files, { commit, directory }) ??
    (given === undefined
      ? undefined
      : managerFromText(given, 'application.node.packageManager of the environment'));
  if (named) return named;
  const lock = lockFile(files, directory);
  if (!lock || lock.manager === 'npm') return { name: 'npm' };
  const { path, manager } = lock;
  const commands = [install?.command, build?.command, migrate].join('\n');
  const used = byDefault.includes('install') || new RegExp(`\\b${manager}\\b`).test(commands);
  if (!used) return { name: 'npm' };
  throw new HintedError(
    `Cannot deploy ${commit.slice(0, 10)}: it has ${path}, and its package.json does not say which version of ${manager} to use`,
    {
      hint: `add a line to package.json: "packageManager": "${manager}@<the output of ${manager} --version>", or to application.node: packageManager: ${manager}@<its version>`,
    },
  );
}

/** The nearest lock file, and who writes it. Of several in one folder, npm's. */
function lockFile(
  files: ProjectFiles,
  directory: string | undefined,
): { readonly path: string; readonly manager: Names } | undefined {
  for (const folder of foldersUp(directory)) {
    for (const [name, manager] of Object.entries(LOCK_FILES)) {
      const path = join(folder, name);
      if (files.has(path)) return { path, manager };
    }
  }
  return undefined;
}

/**
 * Replaces the commands that nobody has written by those of the package manager.
 *
 * @param manager undefined: the application has no Node.js, and so nothing to install and to build
 *   unless it is written
 */
export function withCommandsOf(
  section: ReleaseSection,
  manager: ChosenManager | undefined,
): ReleaseSection {
  const own = manager && commandsOf(manager);
  const withCommand = (key: 'install' | 'build'): ReleaseCommand | undefined =>
    own && { variables: {}, secrets: [], ...section[key], command: own[key] };
  return {
    ...section,
    ...(section.byDefault.includes('install') && { install: withCommand('install') }),
    ...(section.byDefault.includes('build') && { build: withCommand('build') }),
  };
}

/** The commands that install exactly what the lock file has, and that build. */
function commandsOf(manager: ChosenManager): { readonly install: string; readonly build: string } {
  switch (manager.name) {
    case 'npm':
      return { install: 'npm ci', build: 'npm run build' };
    case 'pnpm':
      return { install: 'pnpm install --frozen-lockfile', build: 'pnpm run build' };
    case 'yarn': {
      // Yarn 1 is another program with the same name.
      const classic = /^[01]\./.test(manager.version);
      const only = classic ? '--frozen-lockfile' : '--immutable';
      return { install: `yarn install ${only}`, build: 'yarn run build' };
    }
  }
}
