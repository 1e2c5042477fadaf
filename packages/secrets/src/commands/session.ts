import { refuseName, type Place } from '../environment/place.js';
import { readSection } from '../environment/read-section.js';
import type { SecretsSection } from '../environment/section.js';
import type { Keys } from '../file/keys.js';
import { keyRing } from '../keys/key-ring.js';
import type { World } from '../keys/find-password.js';

/** The context of a command on an environment's secrets. */
export interface Session {
  readonly place: Place;
  /** With the secrets that plugins need among its names. */
  readonly section: SecretsSection;
  /** Whether names that nothing declares are right: the section declares none, or not all are known. */
  readonly anyName: boolean;
  readonly keys: Keys;
  readonly world: World;
  readonly say: Voice['say'];
}

/** A secret that a plugin of the environment needs, though its section `secrets` doesn't declare it. */
export interface NeededName {
  readonly name: string;
  readonly description: string;
}

/** Takes a command's lines. */
export interface Voice {
  /** A line for people; machines get `data`, if there is any. */
  readonly say: (text: string, data?: SaidData) => void;
  /** A warning for the user. */
  readonly warn: (text: string) => void;
}

/** The data of a line, for machines. Never a secret's value. */
export interface SaidData {
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * Begins to work on an environment's secrets.
 *
 * @param needed what plugins need; undefined where the environment can't be loaded, so that nobody knows
 * @throws SecretsError when the environment can't have that name, EnvironmentError when its file can't be read.
 */
export async function openSession(
  place: Place,
  { say, warn }: Voice,
  needed: () => Promise<readonly NeededName[] | undefined> = () => Promise.resolve([]),
): Promise<Session> {
  refuseName(place, 'work on');
  const own = readSection(place);
  const world: World = { env: process.env, warn };
  const others = await needed();
  const section = {
    ...own,
    names: {
      ...Object.fromEntries(
        (others ?? []).map(({ name, ...one }) => [name, { ...NEEDED, ...one }]),
      ),
      ...own.names,
    },
  };
  const anyName = others === undefined || Object.keys(own.names).length === 0;
  const keys = keyRing(place, own.password, world);
  return { place, section, anyName, keys, world, say };
}

const NEEDED = { required: true, deprecated: false, confidential: true } as const;
