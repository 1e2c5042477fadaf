/** Words for a shell and for a terminal. */
export { columns } from './text/columns.js';
export { nonce } from './text/nonce.js';
export { printable, UNPRINTABLE } from './text/printable.js';
export { quote } from './text/quote.js';
