/** A secret with different new values on both sides; undefined: removed. */
export interface Conflict {
  readonly name: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

export interface MergedValues {
  /** With our value in a conflict. */
  readonly values: ReadonlyMap<string, string>;
  readonly conflicts: readonly Conflict[];
}

type Values = ReadonlyMap<string, string>;

/** Merges three versions of secrets: for each name, the side that changed it wins. */
export function mergeValues(base: Values, ours: Values, theirs: Values): MergedValues {
  const values = new Map<string, string>();
  const conflicts: Conflict[] = [];
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [before, mine, other] = [base.get(name), ours.get(name), theirs.get(name)];
    const isConflict = mine !== other && mine !== before && other !== before;
    if (isConflict) conflicts.push({ name, ours: mine, theirs: other });
    const value = mine === before && !isConflict ? other : mine;
    if (value !== undefined) values.set(name, value);
  }
  return { values, conflicts };
}
