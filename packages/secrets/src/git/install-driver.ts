import { existsSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { quote } from '@fairness-deploy/shell/text';
import { LARGEST_FILE_BYTES, readRegularFile } from '@fairness-deploy/shell/client';
import { SecretsError } from '../secrets-error.js';
import { runGit, workTreeOf } from '../run-git.js';

/** The driver's name in .gitattributes and in git's configuration. */
export const DRIVER = 'fairness-secrets';

/** The path of the copy, in the folder that all work trees of a clone share. */
const COPY = 'fairness-secrets/driver.cjs';

const LARGEST_DRIVER_BYTES = 8 * LARGEST_FILE_BYTES;

/** Prints the path of the copy; git runs its drivers at the top of the work tree. */
const FIND = `"$(git rev-parse --git-common-dir)/${COPY}"`;

/** Runs the copy with one fixed node: under `npm run` PATH begins in the work tree. */
const RUN = '"$n" "$d"';

const AGAIN = 'npx nx g @fairness-deploy/secrets:init';

/**
 * Makes git compare and merge secrets by their values in a clone. git runs a copy of our program in
 * `.git`, where no commit can put anything: a branch that is checked out or merged could replace a
 * program in the work tree, such as one in node_modules.
 *
 * @param node the Node.js that runs it.
 * @returns whether there is a git repository.
 * @throws SecretsError when node is in the work tree.
 */
export function installDriver(workspace: string, node = process.execPath): boolean {
  const top = workTreeOf(workspace);
  if (top === undefined) return false;
  const git = (...args: readonly string[]): string => runGit(top, args);
  let common: string;
  try {
    common = commonFolder(top);
  } catch {
    // Git isn't installed, or can't read the repository.
    return false;
  }
  refuseNodeBelow(top, node);
  const path = join(common, COPY);
  mkdirSync(dirname(path), { recursive: true });
  // Beside, then renamed: git may be running it.
  writeFileSync(`${path}.new`, readRegularFile(builtDriver(), LARGEST_DRIVER_BYTES), {
    mode: 0o644,
  });
  renameSync(`${path}.new`, path);
  for (const [key, value] of settings(relative(top, workspace) || '.', node)) {
    git('config', '--local', key, value);
  }
  return true;
}

function refuseNodeBelow(top: string, node: string): void {
  const way = relative(realpathSync(top), realpathSync(node));
  if (way === '..' || way.startsWith(`..${sep}`)) return;
  throw new SecretsError(
    `Cannot have git merge the secrets with ${node}: it is in the work tree, where a branch can replace it`,
    { hint: `install Node.js elsewhere, and run it with that one: ${AGAIN}` },
  );
}

/**
 * Whether git runs the driver of this very version in a clone; undefined where git runs none.
 */
export function hasOwnDriver(workspace: string): boolean | undefined {
  if (commandsOf(workspace).length === 0) return undefined;
  try {
    const common = commonFolder(workTreeOf(workspace) ?? workspace);
    return readRegularFile(join(common, COPY), LARGEST_DRIVER_BYTES).equals(
      readRegularFile(builtDriver(), LARGEST_DRIVER_BYTES),
    );
  } catch {
    // There is no copy.
    return false;
  }
}

/** git's commands for secrets; empty without git, or when none is set. */
function commandsOf(workspace: string): readonly string[] {
  const top = workTreeOf(workspace);
  if (top === undefined) return [];
  const keys = [`diff.${DRIVER}.textconv`, `merge.${DRIVER}.driver`];
  return keys.flatMap((key) => {
    try {
      return [runGit(top, ['config', '--get', key])];
    } catch {
      return [];
    }
  });
}

function settings(workspace: string, node: string): readonly (readonly [string, string])[] {
  const find = `d=${FIND}; n=${quote(node)}`;
  const say = (text: string): string => `printf '%s\\n' '${text}' '  → ${AGAIN}' >&2`;
  const gone = say('Cannot open the secrets for git: the Node.js of this clone is gone');
  // Without the copy, a diff shows the file as it is, and a merge is a conflict with both sides.
  // command -p (POSIX, XCU): PATH may begin in the work tree.
  const asItIs = 'command -p cat -- "$1"';
  const convert = `if [ ! -f "$d" ]; then ${asItIs}; elif [ ! -x "$n" ]; then ${gone}; return 1; else ${RUN} textconv ${quote(workspace)} "$1"; fi`;
  const missing = say('Cannot merge the secrets: this clone has no driver for them');
  const both = `{ echo '<<<<<<< ours'; command -p cat "$2"; echo =======; command -p cat "$3"; echo '>>>>>>> theirs'; } >"$2.both" && command -p mv "$2.both" "$2"; return 1`;
  const merge = `if [ ! -f "$d" ]; then ${missing}; ${both}; elif [ ! -x "$n" ]; then ${gone}; ${both}; else ${RUN} merge "$@"; fi`;
  return [
    [`diff.${DRIVER}.textconv`, `f() { ${find}; ${convert}; }; f`],
    // The copy's cache is of no use to others and would stay in the repository.
    [`diff.${DRIVER}.cachetextconv`, 'false'],
    [`merge.${DRIVER}.name`, 'secrets, by their values'],
    [`merge.${DRIVER}.driver`, `f() { ${find}; ${merge}; }; f %O %A %B %P`],
    [`merge.${DRIVER}.recursive`, 'binary'],
  ];
}

/** `.git`, of all work trees of a clone. */
function commonFolder(top: string): string {
  return runGit(top, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
}

/** Where the build puts it; this may be any chunk of the build. */
function builtDriver(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'dist', 'git-driver.cjs');
}
