import { nonce } from '../text/nonce.js';

/** A notice's mark for people. */
const PRODUCT = 'fairness-deploy';

/** The mark of this process's notices: random, so that no program of a step can forge one. */
export const NOTICE_MARK = `${PRODUCT} ${nonce()}: `;

/**
 * Marks a line that a step of a job prints, or says on the client: the report keeps it as a line of
 * its own, also without a live view. For the reason of a wait, and for a failure that was ignored.
 * It can be a format, too: sh`printf ${notice('Waiting for %s')}'\n' "$name"`.
 */
export function notice(text: string): string {
  return `${NOTICE_MARK}${text}`;
}

/**
 * The text of a step's line that {@link notice} made; undefined for any other line.
 *
 * @param mark of the process that made it, if that is another one
 */
export function noticeIn(line: string, mark = NOTICE_MARK): string | undefined {
  return mark !== '' && line.startsWith(mark) ? line.slice(mark.length) : undefined;
}

/** A step's output, with its notices marked for people. */
export function withoutMarks(output: string, mark = NOTICE_MARK): string {
  return mark === '' ? output : output.replaceAll(mark, `${PRODUCT}: `);
}
