/** Nx loads it as a plugin; so far it infers nothing, and what it contributes is in supervisor-plugin.ts. */
export const name = '@fairness-deploy/supervisor';
