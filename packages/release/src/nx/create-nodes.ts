/** Nx loads it as a plugin; it infers nothing, as all environments have deploy, rollback and history, and what it deploys is in deployment.ts. */
export const name = '@fairness-deploy/release';
