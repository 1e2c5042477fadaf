/** The section `secrets` of an environment file: what there has to be, and where the password is. */
export interface SecretsSection {
  readonly names: Readonly<Record<string, DeclaredSecret>>;
  readonly password: PasswordSettings;
}

/** What is said of a secret in the environment file. */
export interface DeclaredSecret {
  readonly description: string;
  /** Whether there has to be one. */
  readonly required: boolean;
  /** Nothing depends on its value any more: a placeholder will do, and it isn't masked. */
  readonly deprecated: boolean;
  /** False: what a host prints may show it, such as a database's name. */
  readonly confidential: boolean;
}

/** Whether what hosts print may not show a secret: a deprecated one may be a placeholder, such as `none`. */
export function maskedSecret(declared: DeclaredSecret | undefined): boolean {
  return declared === undefined || (declared.confidential && !declared.deprecated);
}

export interface PasswordSettings {
  /** The environment variable; FAIRNESS_VAULT_PASSWORD unless given. */
  readonly variable?: string;
  /** Relative to the environment's folder; `../vault-password` unless given. */
  readonly file?: string;
  /** A program that prints it, and its arguments. */
  readonly command?: readonly string[];
}

/** The section where nothing is written. */
export const NO_SECTION: SecretsSection = { names: {}, password: {} };
