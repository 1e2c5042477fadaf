/** The characters that end a word, begin a comment or a variable, or quote. */
const SPECIAL = /[\s;{}"'\\#]/;

/**
 * One parameter of a directive, as nginx reads words (ngx_conf_file.c, ngx_conf_read_token).
 *
 * @throws RangeError when it can't be written: it holds a NUL, is longer than nginx takes,
 *   or has a `$`, which begins a variable wherever nginx knows variables, and can't be escaped.
 */
export function quoteWord(value: string): string {
  const reason = whyNot(value);
  if (reason !== undefined) {
    throw new RangeError(
      `Cannot write ${JSON.stringify(value)} into nginx's configuration: ${reason}`,
    );
  }
  if (value !== '' && !SPECIAL.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Parameters, separated by blanks. */
export function quoteWords(values: readonly string[]): string {
  return values.map(quoteWord).join(' ');
}

/** One parameter: a text, and variables of nginx after it, as in `"/it's"$args`, which would be two words. */
export function quoteBefore(value: string, variables: string): string {
  const word = quoteWord(value);
  return word.startsWith('"') ? `${word.slice(0, -1)}${variables}"` : `${word}${variables}`;
}

/** Half of nginx's own limit, NGX_CONF_BUFFER, leaves room for escapes. */
const LONGEST_VALUE_BYTES = 2000;

function whyNot(value: string): string | undefined {
  if (value.includes('\0')) return 'it holds a NUL character';
  if (value.includes('$')) return "it has a '$', which nginx reads as the beginning of a variable";
  return Buffer.byteLength(value) > LONGEST_VALUE_BYTES ? 'it is too long' : undefined;
}
