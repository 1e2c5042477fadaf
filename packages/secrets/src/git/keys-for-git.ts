import type { Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { NoPassword, type World } from '../keys/find-password.js';
import { keyRing } from '../keys/key-ring.js';
import { quote } from '@fairness-deploy/shell/text';
import { runGit, workTreeOf } from '../run-git.js';

/** In git's configuration, which no commit can change. */
const SETTING = 'fairness-secrets.runCommand';

/**
 * The keys when git calls: a file that is checked out must not make `git diff` or `git merge` run a
 * program. So secrets.password.command runs only when git's configuration holds this very command,
 * and in git's own folder: a relative path to the work tree leads nowhere from there.
 */
export function keysForGit(place: Place, settings: PasswordSettings, world: World): Keys {
  const { command, ...rest } = settings;
  if (command === undefined) return keyRing(place, settings, world);
  const line = command.some((word) => /\s/.test(word))
    ? JSON.stringify(command)
    : command.join(' ');
  const top = workTreeOf(place.workspace);
  if (top !== undefined && allowedIn(top).includes(line)) {
    const commandFolder = runGit(top, ['rev-parse', '--absolute-git-dir']);
    return keyRing(place, settings, { ...world, commandFolder });
  }
  const keys = keyRing(place, rest, world);
  return {
    ...keys,
    password: () =>
      keys.password().catch((error: unknown) => {
        if (!(error instanceof NoPassword)) throw error;
        throw new NoPassword(
          `Cannot find the password of ${place.environment}'s secrets: git does not run secrets.password.command (${line}) unless this clone allows this very command`,
          {
            hint: `git config --add ${SETTING} ${quote(line)}`,
            cause: error,
          },
        );
      }),
  };
}

/** The commands that git's configuration allows. */
function allowedIn(top: string): readonly string[] {
  try {
    return runGit(top, ['config', '--get-all', SETTING]).split('\n');
  } catch {
    // It is not set.
    return [];
  }
}
