/** What becomes of the entries of a record that an environment does not declare any more. */
import { nameOfOwned, type DataKind, type Owned } from '../resource/owned.js';
import { homeOf } from '../resource-parts/removed-account.js';
import { ownRemoval, pathOf } from './removals.js';
import { describeOwner, type Entry, type RecordedEntry } from './record.js';

/** What an environment declares, and how its sections deal with what is left over. */
export interface Declaration {
  /** In the order in which it would be removed. */
  readonly owned: readonly Entry[];
  /** What its resources remove themselves. */
  readonly removed: readonly Owned[];
  /** The kinds that each present section removes itself when it does not declare them any more. */
  readonly removesOwn: ReadonlyMap<string, readonly string[]>;
  /** The data that may be removed. */
  readonly drop: readonly DataKind[];
}

/** Why an entry stays on the host. */
export interface Kept {
  readonly entry: RecordedEntry;
  readonly why: string;
  /** Whether it stays on record, so that it can be removed later. */
  readonly recorded: boolean;
}

/** What happens to the entries that are left over. */
export interface Judgement {
  /** They are removed, in this order. */
  readonly remove: readonly RecordedEntry[];
  readonly keep: readonly Kept[];
  /** Off the record: others remove them. */
  readonly forget: readonly RecordedEntry[];
}

/** What is on the host. */
export interface Found {
  readonly entries: readonly RecordedEntry[];
  /** What other environments own on the host, by the names of their records. */
  readonly others: ReadonlyMap<string, readonly RecordedEntry[]>;
  /** What folders hold, by their paths: absolute paths; undefined where that is too much, or unclear. */
  readonly contents: ReadonlyMap<string, readonly string[] | undefined>;
}

/** Judges the entries that are on record and not declared. */
export function judgeLeftovers(declared: Declaration, host: Found): Judgement {
  const { owned, removed, drop } = declared;
  const declaredNow = new Set(owned.map(nameOfOwned));
  const removedNow = new Set(removed.map(nameOfOwned));
  const forget = host.entries.filter((entry) => removedNow.has(nameOfOwned(entry)));
  const left = host.entries.filter(
    (entry) => !removedNow.has(nameOfOwned(entry)) && !declaredNow.has(nameOfOwned(entry)),
  );
  const isKeptData = ({ data }: Owned): boolean => data !== undefined && !drop.includes(data);
  // A person's home needs no account: a person who is not declared any more must not log in.
  const served = new Set(
    left
      .filter((entry) => isKeptData(entry) && entry.kind !== 'home')
      .flatMap(({ sections }) => sections),
  );
  const keep: Kept[] = [];
  const remove: RecordedEntry[] = [];
  for (const entry of left) {
    const why = whyKept(entry, host, isKeptData, served) ?? holdsOthers(entry, declared, host);
    if (why) keep.push({ entry, ...why });
    else if (isRemovedBySections(entry, declared)) forget.push(entry);
    else remove.push(entry);
  }
  return {
    ...withoutFilled(inOrder(remove), keep, [...removed, ...forget], declared, host),
    forget,
  };
}

function whyKept(
  entry: RecordedEntry,
  { others }: Found,
  isKeptData: (entry: Owned) => boolean,
  served: ReadonlySet<string>,
): Omit<Kept, 'entry'> | undefined {
  if (entry.origin === 'found') return { why: 'it was on the host before', recorded: false };
  const address = nameOfOwned(entry);
  const owner = [...others].find(([, theirs]) =>
    theirs.some((one) => nameOfOwned(one) === address),
  );
  if (owner) return { why: `${describeOwner(owner[0])} has it too`, recorded: false };
  if (isKeptData(entry)) {
    return { why: `data; --drop-${entry.data ?? 'data'} removes it`, recorded: true };
  }
  const serves =
    ownRemoval(entry.kind)?.servesData === true && entry.sections.some((one) => served.has(one));
  return serves ? { why: 'data that stays needs it', recorded: true } : undefined;
}

/** What is in a folder that would be removed with all that is in it, and belongs to somebody. */
function holdsOthers(
  entry: RecordedEntry,
  { owned }: Declaration,
  { others }: Found,
): Omit<Kept, 'entry'> | undefined {
  const user = entry.kind === 'home' ? homeOf(entry.name).user : undefined;
  if (user !== undefined && owned.some(({ kind, name }) => kind === 'user' && name === user)) {
    return { why: `${user} is declared, and may have it`, recorded: true };
  }
  const path = pathOf(entry);
  if (path === undefined) return undefined;
  const isWithin = (one: Owned): boolean => pathOf(one)?.startsWith(`${path}/`) ?? false;
  const own = owned.find(isWithin);
  if (own) return { why: `${nameOfOwned(own)} is declared, and in it`, recorded: true };
  for (const [name, theirs] of others) {
    const its = theirs.find(isWithin);
    if (its) return { why: `${describeOwner(name)} has ${nameOfOwned(its)} in it`, recorded: true };
  }
  return undefined;
}

/** Files before the folders that they are in, and accounts and packages last. */
function inOrder(entries: readonly RecordedEntry[]): readonly RecordedEntry[] {
  const rank = ({ kind, name }: Owned): number => {
    const own = ownRemoval(kind)?.rank ?? 0;
    // The deeper one first.
    return kind === 'directory' ? own + 1 / (name.split('/').length + 1) : own;
  };
  return entries.toSorted((one, other) => rank(one) - rank(other));
}

/** A folder stays in which something is left, unless data may be removed. */
function withoutFilled(
  ordered: readonly RecordedEntry[],
  keep: readonly Kept[],
  alsoGone: readonly Owned[],
  { drop }: Declaration,
  { contents }: Found,
): Pick<Judgement, 'remove' | 'keep'> {
  const gone = new Set(
    [...ordered.filter(({ kind }) => kind !== 'directory'), ...alsoGone].map(pathOf),
  );
  const filled = new Set<RecordedEntry>();
  for (const entry of ordered.filter(({ kind }) => kind === 'directory')) {
    const held = contents.has(entry.name) ? contents.get(entry.name) : [];
    if (drop.includes('data') || held?.every((path) => gone.has(path))) gone.add(entry.name);
    else filled.add(entry);
  }
  const why = 'not empty; --drop-data removes it with all that is in it';
  return {
    remove: ordered.filter((entry) => !filled.has(entry)),
    keep: [...keep, ...[...filled].map((entry) => ({ entry, why, recorded: true }))],
  };
}

function isRemovedBySections({ kind, sections }: Entry, { removesOwn }: Declaration): boolean {
  return sections.length > 0 && sections.every((one) => removesOwn.get(one)?.includes(kind));
}
