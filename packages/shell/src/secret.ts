/** Values that stay masked, and texts that have some in them. */
export { MASK, Secret } from './secret/secret.js';
export { Text } from './secret/text.js';
