import type { Lock } from '../file/keys.js';
import type { OpenedFile } from '../file/opened-file.js';
import { parsePlain, removeEntries, setPlain } from '../file/plain-text.js';
import { sealText } from '../file/secrets-file.js';
import { yamlText } from '../file/yaml-text.js';
import { mergeLocks } from './merge-locks.js';
import { mergeValues, type Conflict } from './merge-values.js';

/** Three versions of a file, opened. */
export interface Versions {
  /** Undefined when both sides made the file. */
  readonly base: OpenedFile | undefined;
  readonly ours: OpenedFile;
  readonly theirs: OpenedFile;
}

/** A merge as far as it needs nobody. */
export interface Merge {
  readonly conflicts: readonly Conflict[];
  /** What is to be edited: with the marks of conflicts when there are any. */
  readonly plain: string;
  /** Encrypts what came of it. */
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
  const exposed = [ours, theirs].flatMap((side) =>
    [...side.exposed].filter(([name]) => values.get(name) === side.values.get(name)),
  );
  const lock = mergeLocks(base, ours, theirs, new Map(exposed));
  return {
    conflicts,
    plain: conflicts.reduce(withMarks, plain),
    seal: (edited) => sealAs(edited, lock, { base, ours, theirs }),
  };
}

/** A side that is encrypted like that already keeps the ciphertext of what it has. */
async function sealAs(
  plain: string,
  lock: Lock,
  { base, ours, theirs }: Versions,
): Promise<string> {
  const fits = (file: OpenedFile): boolean => isSame(file, lock);
  // The side with the new data key or password first: the other's may be known to others.
  const order = base && fits(base) ? [theirs, ours] : [ours, theirs];
  const side = (fits(ours) && fits(theirs) ? [ours] : order).find(fits);
  return side ? side.seal(plain) : sealText(plain, lock);
}

function isSame({ lock, exposed }: OpenedFile, other: Lock): boolean {
  if (lock.format === 'age' && other.format === 'age') {
    const keys = (recipients: typeof lock.recipients): string =>
      recipients.map(({ key, name }) => `${key} ${name}`).join('\n');
    return (
      keys(lock.recipients) === keys(other.recipients) &&
      [...(other.exposed ?? [])].every(([name]) => exposed.has(name))
    );
  }
  return (
    lock.format === other.format &&
    lock.format !== 'age' &&
    other.format !== 'age' &&
    lock.password.bytes.equals(other.password.bytes)
  );
}

function withMarks(text: string, { name, ours, theirs }: Conflict): string {
  const entry = parsePlainLoosely(text, name);
  const lines = (value: string | undefined): string => {
    if (value === undefined) return '';
    const written = yamlText(value);
    return `${name}: ${written}${written.endsWith('\n') ? '' : '\n'}`;
  };
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
