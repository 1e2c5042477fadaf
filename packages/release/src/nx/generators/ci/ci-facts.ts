/** What the files for a CI depend on. */
export interface CiFacts {
  readonly environment: string;
  /** Where people open it. */
  readonly url?: string;
  /** The branch of the workspace whose commits are deployed. */
  readonly branch: string;
  /** Whether the commit that was tested is the one that is deployed. */
  readonly deploysCommit: boolean;
  /** Whether the application is in another repository, which has to tell the CI of its commits. */
  readonly isElsewhere: boolean;
  /** What opens the secrets; undefined: there are none. */
  readonly key?: SecretsKey;
  readonly packageManager: 'npm' | 'pnpm' | 'yarn';
  /** A file with the version of Node.js, or a version. */
  readonly node: { readonly file: string } | { readonly version: string };
  readonly test: string;
  readonly provision: boolean;
}

/** What opens an environment's secrets. */
export interface SecretsKey {
  readonly kind: 'password' | 'identity';
  /** The variable in which the commands look for it. */
  readonly variable: string;
}

/** The beginning of the names of an environment's secrets at the CI: STAGING. */
export function prefixOf(environment: string): string {
  return environment.toUpperCase().replaceAll('-', '_');
}

/** The names of an environment's secrets at the CI. */
export function secretNames({ environment, key }: CiFacts) {
  const prefix = prefixOf(environment);
  return {
    sshKey: `${prefix}_SSH_KEY`,
    ...(key && {
      secretsKey: `${prefix}_${key.kind === 'password' ? 'VAULT_PASSWORD' : 'AGE_IDENTITY'}`,
    }),
  };
}

const INSTALL = {
  npm: ['npm ci'],
  pnpm: ['corepack enable', 'pnpm install --frozen-lockfile'],
  yarn: ['corepack enable', 'yarn install --frozen-lockfile'],
} as const;

/** The commands that install the workspace. */
export function installCommands({ packageManager }: CiFacts): readonly string[] {
  return INSTALL[packageManager];
}
