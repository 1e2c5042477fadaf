import { z } from '@fairness-deploy/core';
import { nodeFolder } from '@fairness-deploy/core/resources';
import type { Release } from './release.js';

/** A package manager that does not come with Node.js. */
export type PackageManagerName = 'pnpm' | 'yarn';

const EXACT = /^\d+\.\d+\.\d+$/;
/** A version of a package, with the pre-release that its author may have given it (semver 2.0.0). */
const PACKAGE_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Reads a runtime from a line of the history: paths of programs are made of it. */
export const runtimeSchema = z.object({
  node: z.string().regex(EXACT),
  manager: z
    .object({ name: z.enum(['pnpm', 'yarn']), version: z.string().regex(PACKAGE_VERSION) })
    .exactOptional(),
});

/** What a release is installed and built with, and runs on: exact versions. */
export interface Runtime {
  readonly node: string;
  /** undefined: npm, in the version that this Node.js brings. */
  readonly manager?: PackageManager;
}

/** A package manager of an exact version. */
export interface PackageManager {
  readonly name: PackageManagerName;
  readonly version: string;
}

/** How to install a runtime where it is missing. */
export interface RuntimeSource {
  readonly mirror: string;
  /** Of Node.js' archive: see NodeRuntimeSpec. */
  readonly sha256?: string;
  /** Of the package manager, as package.json has it: `sha512.<digits>`. */
  readonly managerHash?: string;
}

/** The folder of a package manager's version, root's; its programs are in `bin`. */
export function managerFolder({ name, version }: PackageManager): string {
  return `/opt/package-managers/${name}/${version}`;
}

/** The folders with a runtime's programs. */
export function binFolders({ node, manager }: Runtime): readonly string[] {
  return [`${nodeFolder(node)}/bin`, ...(manager ? [`${managerFolder(manager)}/bin`] : [])];
}

/** The PATH of all that a release runs: its own runtime comes first. */
export function pathOf({ runtime }: Pick<Release, 'runtime'>): string {
  const own = runtime ? binFolders(runtime) : [];
  return [...own, '/usr/local/bin', '/usr/bin', '/bin'].join(':');
}

/** `Node.js 24.11.1, pnpm 10.12.1`; empty without Node.js. */
export function describeRuntime(runtime: Runtime | undefined): string {
  if (!runtime) return '';
  const { node, manager } = runtime;
  return [`Node.js ${node}`, ...(manager ? [`${manager.name} ${manager.version}`] : [])].join(', ');
}

/** The folder within a colour's with the programs of its release's runtime, for people and cron. */
export const BIN = 'bin';

/** The programs that people and cron may find; a runtime has some of them. */
export const RUNTIME_PROGRAMS = [
  ...['node', 'npm', 'pnpm', 'pnpx', 'yarn', 'yarnpkg', 'npx'],
] as const;
