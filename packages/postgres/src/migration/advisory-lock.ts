/**
 * The two keys of the advisory lock that a deployment holds on a database while it migrates it: the
 * bytes of "fair" and "migr". All deployments to a database have the same, whichever application.
 */
export const LOCK_KEYS = { class: 0x66616972, object: 0x6d696772 } as const;

/** The keys as arguments of PostgreSQL's functions (manual, 9.27.10). */
export const LOCK_ARGUMENTS = `${String(LOCK_KEYS.class)}, ${String(LOCK_KEYS.object)}`;
