/** No program that a step runs begins its lines so by accident. */
const MARK = 'fairness-deploy: ';

/**
 * A line for a step of a job to print, or to say on the client, that is worth keeping: it is
 * reported as a line of its own that stays, also where there is no live view. What keeps a step
 * waiting is worth it, and what failed and was let pass. It can be a format, too:
 * sh`printf ${notice('Waiting for %s')}'\n' "$name"`.
 */
export function notice(text: string): string {
  return `${MARK}${text}`;
}

/** What a step's line says that was made by {@link notice}; undefined for any other. */
export function noticeIn(line: string): string | undefined {
  return line.startsWith(MARK) ? line.slice(MARK.length) : undefined;
}
