import { refuseName, type Place } from '../environment/place.js';
import { readSection } from '../environment/read-section.js';
import type { SecretsSection } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { keyRing } from '../keys/key-ring.js';
import { unsafeDriverNotice } from '../git/install-driver.js';
import type { World } from '../keys/find-password.js';

/** What a command on an environment's secrets works with. */
export interface Session {
  readonly place: Place;
  readonly section: SecretsSection;
  readonly keys: Keys;
  readonly world: World;
  readonly say: Voice['say'];
}

/** Where a command's lines go. */
export interface Voice {
  /** A line for people; machines get `data`, if there is any. */
  readonly say: (text: string, data?: SaidData) => void;
  /** What the user should know besides. */
  readonly warn: (text: string) => void;
}

/** What a line tells to machines. Never a secret's value. */
export interface SaidData {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * Begins to work on an environment's secrets.
 *
 * @throws SecretsError when the environment can't have that name, EnvironmentError when its file can't be read.
 */
export function openSession(place: Place, { say, warn }: Voice): Session {
  refuseName(place, 'work on');
  const section = readSection(place);
  const unsafe = unsafeDriverNotice(place.workspace);
  if (unsafe !== undefined) warn(`Warning: ${unsafe}`);
  const world: World = { env: process.env, warn };
  return { place, section, keys: keyRing(place, section.password, world), world, say };
}
