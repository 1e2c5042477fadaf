export { childEnvironment, hidePasswordVariable } from './child-environment.js';
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
export { openText, sealText } from './file/secrets-file.js';
export { SECRET_NAME, SECRET_NAME_RULE } from './file/secret-name.js';
export { lockedSecretStore } from './locked-secret-store.js';
export { maskerOf } from './mask/masker.js';
export { tooShortNotice } from './mask/too-short.js';
export { openSecretStore } from './open-secret-store.js';
export { ownEntry } from './own-entry.js';
export { printable, UNPRINTABLE } from './printable.js';
export { LARGEST_FILE, readRegularFile, UnreadableFile } from './read-regular-file.js';
export { environmentSecretStore, type SecretStore } from './secret-store.js';
export { MASK, Secret } from './secret.js';
export { SecretsError } from './secrets-error.js';
export { systemReason } from './system-reason.js';
export { Text } from './text.js';
