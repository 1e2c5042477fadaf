import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readRegularFile } from '../../client/read-regular-file.js';
import { ConnectError } from '../errors.js';
import { parseSshConfig } from './libraries.js';
import { matchesPatterns } from './patterns.js';
import { configItems, type ConfigItem } from './ssh-config.js';

/** How deep files may include each other, as in ssh. */
const DEPTH = 16;

/**
 * Reads an ssh_config file and those that it includes. An absent file is an empty one.
 *
 * @param home the user's home folder, for `~`; relative includes are in its `.ssh`.
 * @throws ConnectError when a file can't be read or understood.
 */
export function readSshConfig(file: string, home: string, depth = 0): readonly ConfigItem[] {
  try {
    const text = readRegularFile(file).toString();
    return configItems(parseSshConfig(text), (patterns) => {
      if (depth >= DEPTH) throw new Error(`more than ${String(DEPTH)} files include each other`);
      return patterns
        .map((pattern) => path.resolve(home, '.ssh', pattern.replace(/^~(?=\/)/, home)))
        .flatMap((pattern) => glob(pattern))
        .flatMap((included) => readSshConfig(included, home, depth + 1));
    });
  } catch (error) {
    if (isAbsent(error)) return [];
    if (error instanceof ConnectError) throw error;
    throw new ConnectError(
      'configuration',
      `Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      { hint: `Check it with: ssh -G -F ${file} localhost`, cause: error },
    );
  }
}

/** The files that a pattern with `*` and `?` names, in order. */
function glob(pattern: string): readonly string[] {
  const [root = '', ...segments] = pattern.split('/');
  return segments.reduce<readonly string[]>(
    (folders, segment) =>
      /[*?]/.test(segment)
        ? folders.flatMap((folder) =>
            entries(folder)
              .filter((name) => !name.startsWith('.') && matchesPatterns(name, [segment]))
              .map((name) => `${folder}/${name}`),
          )
        : folders.map((folder) => `${folder}/${segment}`),
    [root],
  );
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder === '' ? '/' : folder).sort();
  } catch {
    return [];
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
