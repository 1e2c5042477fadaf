/**
 * The section `secrets` of an environment file: the declared secrets, and the place of the
 * password.
 */
export interface SecretsSection {
  readonly names: Readonly<Record<string, DeclaredSecret>>;
  readonly password: PasswordSettings;
}

/** The declaration of a secret in the environment file. */
export interface DeclaredSecret {
  readonly description: string;
  /** Whether it must exist. */
  readonly required: boolean;
  /** Nothing uses its value any more: a placeholder is enough, and it isn't masked. */
  readonly deprecated: boolean;
  /** False: what a host prints may show it, such as a database's name. */
  readonly confidential: boolean;
}

/**
 * Whether to mask a secret in the output of hosts: a deprecated one may be a placeholder, such as
 * `none`.
 */
export function maskedSecret(declared: DeclaredSecret | undefined): boolean {
  return declared === undefined || (declared.confidential && !declared.deprecated);
}

export interface PasswordSettings {
  /** The variable; default: FAIRNESS_VAULT_PASSWORD. */
  readonly variable?: string;
  /** Relative to the environment's folder; default: `../vault-password`. */
  readonly file?: string;
  /** A program that prints it, and its arguments. */
  readonly command?: readonly string[];
}

/** The default section. */
export const NO_SECTION: SecretsSection = { names: {}, password: {} };
