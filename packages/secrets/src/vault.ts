/**
 * Ansible Vault's format and its passwords, for importers: they read files of Ansible, whose names,
 * places and number of passwords are not those of an environment's secrets.
 */
export { encryptVault, decryptVault, WrongPassword } from './vault/vault.js';
export { parseEnvelope, VAULT_MARK, type Envelope } from './vault/envelope.js';
export type { Password } from './file/keys.js';
export { sealValues } from './file/seal-values.js';
export { askHidden } from './keys/ask-hidden.js';
export { findPassword, NoPassword, passwordOf } from './keys/find-password.js';
