/** Words for a shell, for a terminal and for people. */
export { byteSize } from './text/byte-size.js';
export { columns } from './text/columns.js';
export { describeAge } from './text/describe-age.js';
export { excerpt } from './text/excerpt.js';
export {
  describeFailure,
  failureOf,
  HintedError,
  inOneMessage,
  printedError,
  withHint,
  type Failure,
  type HintedErrorOptions,
} from './text/hinted-error.js';
export { nonce } from './text/nonce.js';
export { printable, UNPRINTABLE } from './text/printable.js';
export { quote } from './text/quote.js';
