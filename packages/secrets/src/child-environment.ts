import type { PasswordSettings } from './environment/section.js';

/** What opens the secrets, and the secrets themselves (environmentSecretStore). */
const OF_SECRETS = /^FAIRNESS_(?:VAULT|AGE|SECRET)_/;

/** What the environment files that this process has read call the password's variable. */
const passwordVariables = new Set<string>();

/**
 * The environment for a child process: without the keys of the secrets and without the secrets
 * themselves (`FAIRNESS_VAULT_…`, `FAIRNESS_AGE_…`, `FAIRNESS_SECRET_…`, and each variable that
 * {@link hidePasswordVariable} was told of). Every program that the client starts gets this one,
 * whatever it is: a hook, a build, an editor, git, sudo. eslint checks each call
 * (tools/child-processes.mjs).
 */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !OF_SECRETS.test(name) && !passwordVariables.has(name),
  );
  return Object.fromEntries(kept);
}

/** Keeps the variable that `secrets.password.variable` names from child processes, from now on. */
export function hidePasswordVariable({ variable }: PasswordSettings): void {
  if (variable !== undefined) passwordVariables.add(variable);
}
