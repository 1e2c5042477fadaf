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
    return { format: 'age', recipients };
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

/** Whether both are encrypted with a password, and with the same one. */
export function samePassword(one: Lock, other: Lock | undefined): boolean {
  return (
    one.format !== 'age' &&
    other !== undefined &&
    other.format !== 'age' &&
    one.password.bytes.equals(other.password.bytes)
  );
}
