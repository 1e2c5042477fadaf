/** A release's name, which is also its folder's: `20261123-101502-3f2a1bc`, in UTC. */
export function newReleaseId(time: Date, commit: string, taken: ReadonlySet<string>): string {
  const digits = time.toISOString().replaceAll(/\D/g, '');
  const id = `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${shortOf(commit)}`;
  return taken.has(id) ? newReleaseId(new Date(time.getTime() + 1000), commit, taken) : id;
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
