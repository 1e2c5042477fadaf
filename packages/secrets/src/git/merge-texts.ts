import type { TeamMember } from '../age/recipient.js';
import { joinNames } from '../file/exposed.js';
import type { Lock } from '../file/keys.js';
import type { OpenedFile } from '../file/opened-file.js';
import { entryText } from '../file/plain-of.js';
import { parsePlain, removeEntries, setPlain, valuesOf } from '../file/plain-text.js';
import { sealText } from '../file/secrets-file.js';
import { mergeLocks, samePassword } from './merge-locks.js';
import { mergeValues, type Conflict } from './merge-values.js';

/** Three versions of a file, opened. */
export interface Versions {
  /** Undefined when both sides made the file. */
  readonly base: OpenedFile | undefined;
  readonly ours: OpenedFile;
  readonly theirs: OpenedFile;
}

/** A merge that needs no user yet. */
export interface Merge {
  readonly conflicts: readonly Conflict[];
  /** The text to edit: with marks if there are conflicts. */
  readonly plain: string;
  /** Encrypts the merged text. */
  readonly seal: (plain: string) => Promise<string>;
}

/** Merges by names and values, on our text, whose comments stay. */
export function mergeVersions({ base, ours, theirs }: Versions): Merge {
  const none = new Map<string, string>();
  const { values, conflicts } = mergeValues(base?.values ?? none, ours.values, theirs.values);
  const gone = [...parsePlain(ours.plain).values()].filter(
    ({ name }) => !values.has(name) && !conflicts.some((one) => one.name === name),
  );
  let plain = removeEntries(ours.plain, gone);
  for (const [name, value] of values) {
    if (ours.values.get(name) !== value) plain = setPlain(plain, name, value);
  }
  const versions = { base, ours, theirs };
  return {
    conflicts,
    plain: conflicts.reduce(withMarks, plain),
    seal: (edited) => sealAs(edited, versions),
  };
}

/** With the data key of the side that has a new one, which keeps its own ciphertext. */
async function sealAs(plain: string, { base, ours, theirs }: Versions): Promise<string> {
  const lock = mergeLocks(base, ours, theirs);
  const all = [ours, theirs, ...(base ? [base] : [])];
  const whole: Lock =
    lock.format === 'age'
      ? { ...lock, exposed: exposures(valuesOf(plain), all, lock.recipients) }
      : lock;
  const before = base?.sealedKey;
  const [first, second] = ours.sealedKey === before ? [theirs, ours] : [ours, theirs];
  // Both sides have been rekeyed: people whom the other side removed may know either key.
  const isNew = first.sealedKey !== before && ![before, first.sealedKey].includes(second.sealedKey);
  const side = isNew ? undefined : [first, second].find((each) => isSame(each, whole));
  // Nothing more is encrypted with a data key that one side has replaced.
  return side && (side === first || side.sealedKey === first.sealedKey)
    ? side.seal(plain)
    : sealText(plain, whole);
}

/** The secrets that a former reader could read in one of the versions, and who. */
function exposures(
  values: ReadonlyMap<string, string>,
  versions: readonly OpenedFile[],
  recipients: readonly TeamMember[],
): ReadonlyMap<string, string> {
  const entries = [...values].map(([name, value]): [string, string] => {
    const who = versions
      .filter((version) => version.values.get(name) === value)
      .flatMap(({ lock, exposed }) => [
        exposed.get(name),
        ...(lock.format === 'age' ? lock.recipients : [])
          .filter(({ key }) => !recipients.some((one) => one.key === key))
          .map((gone) => gone.name),
      ]);
    return [name, joinNames(who)];
  });
  return new Map(entries.filter(([, who]) => who !== ''));
}

function isSame({ lock, exposed }: OpenedFile, other: Lock): boolean {
  if (lock.format === 'age' && other.format === 'age') {
    const keys = (recipients: typeof lock.recipients): string =>
      recipients.map(({ key, name }) => `${key} ${name}`).join('\n');
    return (
      keys(lock.recipients) === keys(other.recipients) &&
      [...(other.exposed ?? [])].every(([name, who]) => exposed.get(name) === who)
    );
  }
  return lock.format === other.format && samePassword(lock, other);
}

function withMarks(text: string, { name, ours, theirs }: Conflict): string {
  const entry = parsePlainLoosely(text, name);
  const lines = (value: string | undefined): string =>
    value === undefined ? '' : entryText(name, value);
  const marks = `<<<<<<< ours\n${lines(ours)}=======\n${lines(theirs)}>>>>>>> theirs\n`;
  if (entry === undefined)
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${marks}`;
  return text.slice(0, entry.from) + marks + text.slice(entry.to);
}

/** Where a secret's lines are; marks that stand in the text already are no YAML. */
function parsePlainLoosely(
  text: string,
  name: string,
): { readonly from: number; readonly to: number } | undefined {
  const found = new RegExp(
    `^(["']?)${name}\\1[ \\t]*:.*\\n?(?:[ \\t]+.*\\n?|\\n(?=[ \\t]))*`,
    'm',
  ).exec(text);
  return found === null ? undefined : { from: found.index, to: found.index + found[0].length };
}
