/** The text of an environment file alone, without what it takes to parse it. */
export { readSource } from './files/read-source.js';
