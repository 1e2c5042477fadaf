/** The keys of the secrets, and the secrets themselves (packages/secrets). */
const OF_SECRETS = /^FAIRNESS_(?:VAULT|AGE|SECRET)_/;

/** Further variables that hold a key, such as one that an environment file names. */
const hidden = new Set<string>();

/**
 * The variables for a child process: this process's without the keys of the secrets and without the
 * secrets themselves (`FAIRNESS_VAULT_…`, `FAIRNESS_AGE_…`, `FAIRNESS_SECRET_…`, and each variable
 * that {@link hideVariable} was called with). Every program that the client starts gets this one,
 * whatever it is: a hook, a build, an editor, git, sudo. eslint checks each call
 * (tools/child-processes.mjs).
 */
export function childEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !OF_SECRETS.test(name) && !hidden.has(name));
  return Object.fromEntries(kept);
}

/** Keeps a variable from child processes, from now on; nothing where there is no name. */
export function hideVariable(name: string | undefined): void {
  if (name !== undefined) hidden.add(name);
}
