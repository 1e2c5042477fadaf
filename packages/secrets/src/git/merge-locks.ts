import type { TeamMember } from '../age/recipient.js';
import type { Lock } from '../file/keys.js';
import type { OpenedFile } from '../file/opened-file.js';

/**
 * How a merged file is encrypted: as the side that changed it has it, for the recipients that
 * either side added and neither removed.
 *
 * @param base undefined when both sides made the file.
 */
export function mergeLocks(
  base: OpenedFile | undefined,
  ours: OpenedFile,
  theirs: OpenedFile,
): Lock {
  if (ours.lock.format === 'age' && theirs.lock.format === 'age') {
    const before = base?.lock.format === 'age' ? base.lock.recipients : [];
    const recipients = mergeRecipients(before, ours.lock.recipients, theirs.lock.recipients);
    return { format: 'age', environment: ours.lock.environment, recipients };
  }
  const formatBefore = base?.lock.format;
  if (ours.lock.format === theirs.lock.format) {
    // Of two passwords, the new one (merge-driver.ts takes both).
    return samePassword(ours.lock, base?.lock) ? theirs.lock : ours.lock;
  }
  return ours.lock.format === formatBefore ? theirs.lock : ours.lock;
}

function mergeRecipients(
  before: readonly TeamMember[],
  ours: readonly TeamMember[],
  theirs: readonly TeamMember[],
): readonly TeamMember[] {
  const has = (list: readonly TeamMember[], { key }: TeamMember): boolean =>
    list.some((one) => one.key === key);
  const kept = ours.filter((one) => has(theirs, one) || !has(before, one));
  return [...kept, ...theirs.filter((one) => !has(ours, one) && !has(before, one))];
}

/**
 * The changes of a merge to the readers of the secrets, or to the data key, which people must
 * confirm: recipients and data keys are in the file, and anyone with write access to the repository
 * can put others there.
 *
 * @param isKnown whether this clone knows a data key.
 */
export function lockChanges(
  base: OpenedFile | undefined,
  ours: OpenedFile,
  theirs: OpenedFile,
  isKnown: (sealedKey: string) => boolean,
): readonly string[] {
  const [own, other] = [ours, theirs].map(({ lock }) =>
    lock.format === 'age' ? lock.recipients : [],
  );
  const added = (other ?? []).filter(
    ({ key }) => !(own ?? []).some((one) => one.key === key) && !wasRemoved(key, base),
  );
  const isNew = theirs.sealedKey !== undefined && theirs.sealedKey !== base?.sealedKey;
  const isUnknown =
    ours.sealedKey !== undefined && ours.sealedKey !== base?.sealedKey && !isKnown(ours.sealedKey);
  return [
    ...added.map(({ name, key }) => `the other side adds the recipient ${name} (${key})`),
    ...(isNew && theirs.sealedKey !== ours.sealedKey ? ['the other side has a new data key'] : []),
    ...(isUnknown ? ['this side has a data key that this clone does not know'] : []),
  ];
}

/** Whether the base has a recipient, who then is one of theirs alone because ours removed him. */
function wasRemoved(key: string, base: OpenedFile | undefined): boolean {
  return base?.lock.format === 'age' && base.lock.recipients.some((one) => one.key === key);
}

/** Whether both are encrypted with a password, and with the same one. */
export function samePassword(one: Lock, other: Lock | undefined): boolean {
  return (
    one.format !== 'age' &&
    other !== undefined &&
    other.format !== 'age' &&
    one.password.bytes.equals(other.password.bytes)
  );
}
