import { describeFailure } from '@fairness-deploy/shell/text';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import { refuseName, type Place } from '../environment/place.js';
import { readSection } from '../environment/read-section.js';
import type { SecretsSection } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { keyRing } from '../keys/key-ring.js';
import { unsafeDriverNotice } from '../git/install-driver.js';
import type { World } from '../keys/find-password.js';
import { SecretsError } from '../secrets-error.js';
import { writeLine } from '../write-line.js';

/** What a command on an environment's secrets works with. */
export interface Session {
  readonly place: Place;
  readonly section: SecretsSection;
  readonly keys: Keys;
  readonly world: World;
  /** A line for people, on standard output. */
  readonly say: (text: string) => void;
}

/** @throws SecretsError when the environment can't have that name, EnvironmentError when its file can't be read. */
function sessionOf(place: Place): Session {
  refuseName(place, 'work on');
  const section = readSection(place);
  const warn = (text: string): void => {
    writeLine(process.stderr, text);
  };
  const unsafe = unsafeDriverNotice(place.workspace);
  if (unsafe !== undefined) warn(`Warning: ${unsafe}`);
  const world: World = { env: process.env, warn };
  return {
    place,
    section,
    keys: keyRing(place, section.password, world),
    world,
    say: (text) => {
      writeLine(process.stdout, text);
    },
  };
}

/**
 * Runs a command and says what went wrong.
 *
 * @returns whether it went well, as Nx wants it.
 */
export async function attempt(
  place: Place,
  command: (session: Session) => Promise<boolean>,
): Promise<{ success: boolean }> {
  try {
    return { success: await command(sessionOf(place)) };
  } catch (error) {
    if (!(error instanceof SecretsError || error instanceof EnvironmentError)) throw error;
    writeLine(process.stderr, describeFailure(error));
    return { success: false };
  }
}
