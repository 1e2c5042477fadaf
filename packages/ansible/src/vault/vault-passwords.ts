import {
  decryptVault,
  parseEnvelope,
  WrongPassword,
  type Password,
} from '@fairness-deploy/secrets/vault';
import type { Place } from '../finding/finding.js';
import { errorAt } from '../finding/import-error.js';

/** A password of a vault, and the label of its vault id; `default` when it has none. */
export interface VaultPassword {
  readonly label: string;
  readonly password: Password;
}

/** The passwords of a set-up's vaults, each searched for once, and which of them opened something. */
export class VaultPasswords {
  readonly #all: readonly VaultPassword[];
  readonly #used = new Set<VaultPassword>();

  constructor(all: readonly VaultPassword[]) {
    this.#all = all;
  }

  /** The passwords that have opened something since the last call, in order of their use. */
  takeUsed(): readonly VaultPassword[] {
    const used = [...this.#used];
    this.#used.clear();
    return used;
  }

  get all(): readonly VaultPassword[] {
    return this.#all;
  }

  /**
   * Decrypts a text in Ansible Vault's format: with the password of its label, then with the others, as
   * Ansible does.
   *
   * @throws ImportError when none fits, or the text is damaged.
   */
  async decrypt(text: string, place: Place): Promise<string> {
    let label: string | undefined;
    try {
      ({ label } = parseEnvelope(text));
    } catch (error) {
      throw damaged(place, error);
    }
    const named = this.#all.filter((one) => one.label === label);
    for (const one of [...named, ...this.#all.filter((each) => !named.includes(each))]) {
      try {
        const content = await decryptVault(text, one.password.bytes);
        this.#used.add(one);
        return content.toString('utf8');
      } catch (error) {
        if (!(error instanceof WrongPassword)) throw damaged(place, error);
      }
    }
    const tried = this.#all.map(({ password }) => password.from).join(', ');
    const id = label === undefined ? '' : ` (its vault id is ${label})`;
    throw errorAt(
      place,
      this.#all.length === 0
        ? `it is encrypted${id}, and there is no password`
        : `it is encrypted${id}, and no password fits of ${tried}`,
      label === undefined
        ? 'add --vault-password-file=<file>'
        : `add --vault-id=${label}@<file>, or ${label}@prompt to be asked`,
    );
  }
}

/** The messages of secrets hold no values. */
function damaged(place: Place, error: unknown): Error {
  return errorAt(place, error instanceof Error ? error.message : 'it is damaged');
}
