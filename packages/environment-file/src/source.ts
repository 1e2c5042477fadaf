/** The text of an environment file alone, without the YAML parser. */
export { readSource } from './files/read-source.js';
