/** The Nx plugin. Its targets come with rollback and history. */
export const name = '@fairness-deploy/release';
