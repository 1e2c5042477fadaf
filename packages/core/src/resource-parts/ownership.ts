import type { Address } from '../resource/resource.js';

/** The owner and mode of a file or folder. */
export interface Ownership {
  /** User name or number; default: root. */
  readonly owner?: string;
  /** Group name or number; default: root. */
  readonly group?: string;
  /** Octal: `0640`. */
  readonly mode?: string;
}

/** An ownership with all defaults filled in. */
export type FullOwnership = Required<Ownership>;

const NAME = /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?|\d{1,10})$/;

/**
 * Fills in the defaults.
 *
 * @throws RangeError when an owner can't be a user's or group's name (useradd(8), CAVEATS) or
 *   the mode isn't three or four octal digits.
 */
export function fullOwnership(of: Ownership, defaultMode: string): FullOwnership {
  const { owner = 'root', group = 'root', mode = defaultMode } = of;
  for (const name of [owner, group]) checkAccountName(name);
  if (!/^[0-7]{3,4}$/.test(mode)) {
    throw new RangeError(`Cannot use '${mode}' as a mode: write octal digits, such as 0640`);
  }
  return { owner, group, mode: mode.padStart(4, '0') };
}

/** @throws RangeError when it can't be a user's or group's name or number. */
export function checkAccountName(name: string): string {
  if (!NAME.test(name)) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(name)} as a user or group: expected letters, digits, '_', '-' and '.'`,
    );
  }
  return name;
}

/** The resources that create an owner: the user, or the packages. */
export function makersOf({ owner, group }: Ownership): readonly Address[] {
  const names = [owner, group].filter(
    (name) => name !== undefined && !['root', '0'].includes(name),
  );
  if (names.length === 0) return [];
  return ['apt:packages', ...new Set(names.map((name): Address => `user:${String(name)}`))];
}
