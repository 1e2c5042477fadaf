import { existsSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { readSource } from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import type { GuessContext } from './guess-yaml.js';
import type { ReadText } from './clue.js';

/** The folder of an application's repository. */
export interface ApplicationFolder {
  readonly name: string;
  readonly read: ReadText;
  readonly source: GuessContext['source'];
}

/**
 * @param given absolute, or relative to where the user is
 * @throws Error when there is no such folder.
 */
export function applicationFolder(workspace: string, given: string): ApplicationFolder {
  const folder = resolve(given);
  if (!existsSync(folder)) {
    throw new HintedError(`Cannot read the application of "${given}": there is no such folder`, {
      hint: 'clone its repository, and give the path of the clone',
    });
  }
  const within = relative(workspace, folder);
  const isOwn = within !== '' && !within.startsWith(`..${sep}`) && within !== '..';
  return {
    name: basename(folder),
    read: (path) => {
      // A lock file may be large: that it is there is enough.
      const file = join(folder, path);
      const source = readSource(file);
      return 'text' in source ? source.text : existsSync(file) ? '' : undefined;
    },
    source: isOwn
      ? { directory: within }
      : within === ''
        ? undefined
        : { repository: relative(join(workspace, 'environments', 'x'), folder) },
  };
}
