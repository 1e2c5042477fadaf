import type { SshIdentity } from '../age/identity.js';
import type { TeamMember } from '../age/recipient.js';

/** A password, and where it is from, for messages. */
export interface Password {
  readonly bytes: Buffer;
  readonly from: string;
}

/** The keys that open files. Each is searched for only when a file needs it. */
export interface Keys {
  /** @throws SecretsError when there is none; it names the places that were searched. */
  password(): Promise<Password>;
  /** The private keys, and their sources. */
  identities(): Promise<Identities>;
}

export interface Identities {
  readonly keys: readonly (SshIdentity | string)[];
  /** The places that were searched, for people. */
  readonly from: readonly string[];
}

/** The encryption of a file. */
export type Lock =
  | { readonly format: 'ansible-vault'; readonly password: Password; readonly label?: string }
  | {
      readonly format: 'ansible-vault-values';
      readonly password: Password;
      readonly label?: string;
    }
  | {
      readonly format: 'age';
      /** The environment of the file: only that one can open it. */
      readonly environment: string;
      readonly recipients: readonly TeamMember[];
      readonly exposed?: ReadonlyMap<string, string>;
    };

export type FormatName = Lock['format'];
export const FORMATS: readonly FormatName[] = ['age', 'ansible-vault', 'ansible-vault-values'];
