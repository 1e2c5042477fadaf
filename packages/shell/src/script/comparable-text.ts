import { PROCESS_WORD } from './as-user.js';
import { NOTICE_MARK } from './notice.js';
import type { Script } from './sh.js';

/**
 * A script's text, secrets included, without the words that are random for this process: the same script has the
 * same text in every process.
 */
export function comparableText(script: Script): string {
  return script.reveal().replaceAll(NOTICE_MARK, 'notice: ').replaceAll(PROCESS_WORD, 'fd_as');
}
