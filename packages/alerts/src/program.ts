/** The program that a host runs: it is bundled with all that it needs, and copied there. */
export { main } from './program/watch.js';
