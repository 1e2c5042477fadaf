import { nonce } from '../text/nonce.js';

/** What a line is marked with, for people. */
const PRODUCT = 'fairness-deploy';

/** How this process marks its notices: no program that a step runs can forge one, as it is random. */
export const NOTICE_MARK = `${PRODUCT} ${nonce()}: `;

/**
 * A line for a step of a job to print, or to say on the client, that is worth keeping: it is
 * reported as a line of its own that stays, also where there is no live view. What keeps a step
 * waiting is worth it, and what failed and was let pass. It can be a format, too:
 * sh`printf ${notice('Waiting for %s')}'\n' "$name"`.
 */
export function notice(text: string): string {
  return `${NOTICE_MARK}${text}`;
}

/**
 * What a step's line says that was made by {@link notice}; undefined for any other.
 *
 * @param mark of the process that made it, if that is another one
 */
export function noticeIn(line: string, mark = NOTICE_MARK): string | undefined {
  return mark !== '' && line.startsWith(mark) ? line.slice(mark.length) : undefined;
}

/** What a step has printed, with its notices marked as people read them. */
export function withoutMarks(output: string, mark = NOTICE_MARK): string {
  return mark === '' ? output : output.replaceAll(mark, `${PRODUCT}: `);
}
