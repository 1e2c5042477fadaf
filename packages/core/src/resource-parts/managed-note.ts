/** Begins the note in each file that these packages write. */
export const MANAGED = 'Managed by fairness-deploy';

/** Says to people in a file that `provision` writes it. Without the sign of a comment and the end of the line. */
export const MANAGED_NOTE = `${MANAGED}: changes made here are overwritten by the next provision.`;
