import type { SshIdentity } from '../age/identity.js';
import type { TeamMember } from '../age/recipient.js';

/** A password, and where it is from, for messages. */
export interface Password {
  readonly bytes: Buffer;
  readonly from: string;
}

/** What opens files. Each is looked for only when a file needs it. */
export interface Keys {
  /** @throws SecretsError when there is none; it says where it was looked for. */
  password(): Promise<Password>;
  /** The private keys that there are, and where they are from. */
  identities(): Promise<Identities>;
}

export interface Identities {
  readonly keys: readonly (SshIdentity | string)[];
  /** Where they were looked for, as people call it. */
  readonly from: readonly string[];
}

/** What a file is to be encrypted with. */
export type Lock =
  | { readonly format: 'ansible-vault'; readonly password: Password; readonly label?: string }
  | {
      readonly format: 'ansible-vault-values';
      readonly password: Password;
      readonly label?: string;
    }
  | {
      readonly format: 'age';
      /** The one that the file is of: it opens as no other's. */
      readonly environment: string;
      readonly recipients: readonly TeamMember[];
      readonly exposed?: ReadonlyMap<string, string>;
    };

export type FormatName = Lock['format'];
export const FORMATS: readonly FormatName[] = ['age', 'ansible-vault', 'ansible-vault-values'];
