/** Nx loads it as a plugin; so far it infers nothing, and what it deploys is in deployment.ts. */
export const name = '@fairness-deploy/supervisor';
