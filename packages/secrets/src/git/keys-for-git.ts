import { execFileSync } from 'node:child_process';
import { childEnvironment } from '../child-environment.js';
import type { Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { NoPassword, type World } from '../keys/find-password.js';
import { keyRing } from '../keys/key-ring.js';

/** In git's configuration, which no commit can change. */
const SETTING = 'fairness-secrets.runCommand';

/**
 * The keys for when git calls: a file that is checked out must not make `git diff` or `git merge`
 * run a program, so secrets.password.command is run only where git's configuration says so.
 */
export function keysForGit(place: Place, settings: PasswordSettings, world: World): Keys {
  const { command, ...rest } = settings;
  if (command === undefined || isAllowed(place)) return keyRing(place, settings, world);
  const keys = keyRing(place, rest, world);
  return {
    ...keys,
    password: () =>
      keys.password().catch((error: unknown) => {
        if (!(error instanceof NoPassword)) throw error;
        throw new NoPassword(
          `Cannot find the password of ${place.environment}'s secrets: git does not run secrets.password.command unless it is told to`,
          { hint: `git config ${SETTING} true`, cause: error },
        );
      }),
  };
}

function isAllowed({ workspace }: Place): boolean {
  try {
    const value = execFileSync('git', ['config', '--type=bool', '--get', SETTING], {
      cwd: workspace,
      env: childEnvironment(),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return value.trim() === 'true';
  } catch {
    // It is not set.
    return false;
  }
}
