export { environmentSecretStore, type SecretStore } from './secret-store.js';
export { MASK, Secret } from './secret.js';
export { Text } from './text.js';
