import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { childEnvironment } from '../child-environment.js';
import { quote } from '../quote.js';
import { LARGEST_FILE, readRegularFile } from '../read-regular-file.js';

/** The name that .gitattributes and git's configuration have for it. */
export const DRIVER = 'fairness-secrets';

/** Where the copy is, in the folder that all work trees of a clone share. */
const COPY = 'fairness-secrets/driver.cjs';

const LARGEST_DRIVER = 8 * LARGEST_FILE;

/** Prints where the copy is; git runs its drivers at the top of the work tree. */
const FIND = `"$(git rev-parse --git-common-dir)/${COPY}"`;

/**
 * Has git compare and merge secrets by their values in a clone. What git runs is a copy of our
 * program in `.git`, where no commit can put anything: a program in the work tree, such as one in
 * node_modules, could be replaced by a branch that is checked out or merged.
 *
 * @returns whether there is a git repository.
 */
export function installDriver(workspace: string): boolean {
  const git = (...args: readonly string[]): string => runGit(workspace, args);
  let top: string, common: string;
  try {
    top = git('rev-parse', '--show-toplevel');
    common = git('rev-parse', '--path-format=absolute', '--git-common-dir');
  } catch {
    return false;
  }
  const path = join(common, COPY);
  mkdirSync(dirname(path), { recursive: true });
  // Beside, then renamed: git may be running it.
  writeFileSync(`${path}.new`, readRegularFile(builtDriver(), LARGEST_DRIVER), { mode: 0o644 });
  renameSync(`${path}.new`, path);
  for (const [key, value] of settings(relative(top, workspace) || '.')) {
    git('config', '--local', key, value);
  }
  return true;
}

/**
 * Whether git runs the driver of this very version in a clone; undefined where git runs none.
 */
export function hasOwnDriver(workspace: string): boolean | undefined {
  try {
    const set = runGit(workspace, ['config', '--get', `diff.${DRIVER}.textconv`]);
    const common = runGit(workspace, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
    if (!set.includes(FIND)) return false;
    return readRegularFile(join(common, COPY), LARGEST_DRIVER).equals(
      readRegularFile(builtDriver(), LARGEST_DRIVER),
    );
  } catch {
    // There is no git, or nothing is set.
    return undefined;
  }
}

function settings(workspace: string): readonly (readonly [string, string])[] {
  // Without the copy, a diff shows the file as it is, and a merge is a conflict with both sides.
  const convert = `d=${FIND}; if [ -f "$d" ]; then node "$d" textconv ${quote(workspace)} "$1"; else cat -- "$1"; fi`;
  const missing = `printf '%s\\n' 'Cannot merge the secrets: this clone has no driver for them' '  → npx nx g @fairness-deploy/secrets:init' >&2`;
  const both = `${missing}; { echo '<<<<<<< ours'; cat "$2"; echo =======; cat "$3"; echo '>>>>>>> theirs'; } >"$2.both" && mv "$2.both" "$2"; return 1`;
  const merge = `d=${FIND}; if [ -f "$d" ]; then node "$d" merge "$@"; else ${both}; fi`;
  return [
    [`diff.${DRIVER}.textconv`, `f() { ${convert}; }; f`],
    // What it makes is of no use to others and would be kept in the repository.
    [`diff.${DRIVER}.cachetextconv`, 'false'],
    [`merge.${DRIVER}.name`, 'secrets, by their values'],
    [`merge.${DRIVER}.driver`, `f() { ${merge}; }; f %O %A %B %P`],
    [`merge.${DRIVER}.recursive`, 'binary'],
  ];
}

function runGit(cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Where the build puts it; this may be any chunk of the build. */
function builtDriver(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'dist', 'git-driver.cjs');
}
