import { Secret } from '@fairness-deploy/shell/secret';

/** The source of an environment's secrets: `${secrets.<name>}` in its files. */
export interface SecretStore {
  /** The names that it knows, for suggestions. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @throws RangeError when the store lacks the name. */
  get(name: string): Secret;
  /** The command that adds it, to paste. */
  hint(name: string): string;
  /** All its secrets, to mask them. */
  readonly secrets: readonly Secret[];
}

const PREFIX = 'FAIRNESS_SECRET_';

/**
 * A store of environment variables: `${secrets.db-password}` is `FAIRNESS_SECRET_DB_PASSWORD`.
 * An empty variable counts as none.
 */
export function environmentSecretStore(
  env: Readonly<Record<string, string | undefined>>,
): SecretStore {
  const value = (name: string): string | undefined => {
    const found = env[variableName(name)];
    return found === '' ? undefined : found;
  };
  const names = Object.keys(env)
    .filter((key) => key.startsWith(PREFIX) && key.length > PREFIX.length)
    .map((key) => key.slice(PREFIX.length).toLowerCase());
  return {
    names,
    secrets: names.flatMap((name) => {
      const found = value(name);
      return found === undefined ? [] : [new Secret(name, found)];
    }),
    has: (name) => value(name) !== undefined,
    get: (name) => {
      const found = value(name);
      if (found === undefined) {
        throw new RangeError(`Cannot read the secret "${name}": ${variableName(name)} is not set`);
      }
      return new Secret(name, found);
    },
    hint: (name) => `export ${variableName(name)}=…`,
  };
}

function variableName(secret: string): string {
  return PREFIX + secret.toUpperCase().replaceAll('-', '_');
}
