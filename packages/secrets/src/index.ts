export { placeOf, type Place } from './environment/place.js';
export {
  maskedSecret,
  NO_SECTION,
  type DeclaredSecret,
  type PasswordSettings,
  type SecretsSection,
} from './environment/section.js';
export type { World } from './keys/find-password.js';
export type { Keys, Lock } from './file/keys.js';
export { recipientsOf } from './file/recipients-of.js';
export { formatOf, openText, sealText } from './file/secrets-file.js';
export { SECRET_NAME, SECRET_NAME_RULE } from './environment/secret-name.js';
export { lockedSecretStore } from './store/locked-secret-store.js';
export { maskerOf } from './mask/masker.js';
export { keepFromNx } from './terminal/keep-from-nx.js';
export { tooShortNotice } from './mask/too-short.js';
export { openSecretStore } from './store/open-secret-store.js';

export { environmentSecretStore, type SecretStore } from './store/secret-store.js';
export { SecretsError } from './secrets-error.js';

/** For files that the recipients of the secrets have encrypted, such as backups. */
export { ageHeaderLength } from './age/header-length.js';
export type { LentFile } from './age/lend-file.js';
export { lendToHost } from './store/lend-to-host.js';
