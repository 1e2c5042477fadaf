import { quote } from '@fairness-deploy/shell/text';

/**
 * A setting's value for Supervisor, which reads its files by Python's configparser, where `;` and
 * `#` begin a comment after a blank, and expands them like Python's `%` formatting. Write it right
 * behind the `=`.
 *
 * @throws RangeError when the value can't be written: it is empty, has a line break or a
 *   control character, blanks around it, a comment's beginning in it, or `%(here)s`, which
 *   Supervisor replaces whatever is done.
 */
export function quoteValue(value: string): string {
  const reason = whyNot(value);
  if (reason !== undefined) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(value)} into Supervisor's configuration: ${reason}`,
    );
  }
  return value.replaceAll('%', '%%');
}

/**
 * The path of a log file. Supervisor expands it twice, unlike any other value.
 *
 * @throws RangeError as {@link quoteValue} does.
 */
export function quoteLogFile(path: string): string {
  return quoteValue(path).replaceAll('%', '%%');
}

/**
 * A program and its arguments, as Python's shlex.split reads them.
 *
 * @throws RangeError when a word has a control character, or `%(here)s` is in it.
 */
export function quoteCommand(words: readonly string[]): string {
  // A blank before ';' or '#' is a comment's beginning even within quotes, but not when they are escaped.
  return quoteValue(words.map((word) => escapeComments(quote(word))).join(' '));
}

/** `'a ;b'` → `'a '\;'b'`. */
function escapeComments(quoted: string): string {
  return quoted.replaceAll(/(?<=\s)[;#]/gu, (mark) => `'\\${mark}'`);
}

function whyNot(value: string): string | undefined {
  if (value === '') return 'it is empty';
  // Python takes these for line breaks, too.
  if (/[\p{Cc}\u2028\u2029]/u.test(value))
    return 'it has a line break or another control character';
  if (PYTHON_BLANK_AROUND.test(value)) return 'it begins or ends with a blank';
  if (COMMENT.test(value))
    return "it has a blank followed by ';' or '#', where a comment would begin";
  return value.includes('%(here)s') ? "it has '%(here)s'" : undefined;
}

const PYTHON_BLANK_AROUND = /^\s|\s$/u;
const COMMENT = /\s[;#]/u;
