import { placeOf } from '@fairness-deploy/secrets';
import {
  findPassword,
  NoPassword,
  sealValues,
  type Password,
} from '@fairness-deploy/secrets/vault';
import { Secret } from '@fairness-deploy/shell/secret';
import { ImportError } from '../finding/import-error.js';
import type { VaultPassword } from '../vault/vault-passwords.js';

/** The password of an environment's secrets, and whether the workspace has it already. */
export interface ChosenPassword {
  readonly password: Password;
  readonly isInWorkspace: boolean;
}

/**
 * The password that encrypts an environment's secrets: that of the workspace, where there is one; else that
 * which has opened the environment's vault, so that the team goes on with the one that it has.
 *
 * @param all the passwords of the whole set-up
 * @throws ImportError when there is none.
 */
export async function choosePassword(
  workspace: string,
  environment: string,
  own: readonly VaultPassword[],
  all: readonly VaultPassword[],
): Promise<ChosenPassword> {
  const world = { env: process.env, warn: () => undefined };
  try {
    const password = await findPassword(placeOf(workspace, environment), {}, world);
    return { password, isInWorkspace: true };
  } catch (error) {
    if (!(error instanceof NoPassword)) throw error;
  }
  const password = own.at(0)?.password ?? all.at(0)?.password;
  if (password) return { password, isInWorkspace: false };
  throw new ImportError(
    `Cannot write the secrets of ${environment}: there is no password to encrypt them with`,
    {
      hint: 'write one into environments/vault-password (chmod 600; git must ignore it), or add --vault-password-file=<file>',
    },
  );
}

/** Secrets as a file in Ansible Vault's format. */
export function sealSecrets(
  secrets: ReadonlyMap<string, Secret>,
  password: Password,
): Promise<string> {
  const all = [...secrets].map(([name, secret]) => new Secret(name, secret.reveal()));
  return sealValues(all, { format: 'ansible-vault', password });
}
