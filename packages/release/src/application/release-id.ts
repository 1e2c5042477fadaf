/**
 * A new release's name, which is also its folder's: `20261123-101502-3f2a1bc`, in UTC. Names are
 * sorted by it, so it is always after those that exist: two releases of one second have different
 * ones, and so have clients whose clocks differ.
 */
export function newReleaseId(time: Date, commit: string, existing: ReadonlySet<string>): string {
  const next = [...existing].map((id) => secondAfter(id)).filter((one) => one <= LAST);
  const digits = new Date(Math.max(time.getTime(), ...next)).toISOString().replaceAll(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${shortOf(commit)}`;
}

/** The last time whose year has four digits. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** NaN when the name's digits are no time. */
function secondAfter(id: string): number {
  const time = id.replace(/^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d).*$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(time) + 1000;
}

function shortOf(commit: string): string {
  return commit.slice(0, 7);
}

/**
 * The shell pattern for the names of a commit's releases; it also matches commits with the same
 * beginning.
 */
export function commitGlob(commit: string): string {
  return `*-${shortOf(commit)}`;
}

/** Whether a text has the form of a release's name. */
export function isReleaseId(text: string): boolean {
  return /^\d{8}-\d{6}-[0-9a-f]{7}$/.test(text);
}

/** The same as a pattern of the shell's (POSIX XCU 2.13). */
export const RELEASE_ID_GLOB = `${'[0-9]'.repeat(8)}-${'[0-9]'.repeat(6)}-${'[0-9a-f]'.repeat(7)}`;

/** Whether a text is a commit's whole hash, SHA-1 or SHA-256. */
export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
