export { MASK, Secret } from './secret.js';
export { Text } from './text.js';
