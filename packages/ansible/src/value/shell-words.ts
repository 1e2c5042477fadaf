/** Why a line has no words: a clause. */
export class UnclosedQuote extends Error {}

/**
 * The words of a line as Python's `shlex.split(line, comments=True)` has them: quotes are removed, and
 * an unquoted `#` begins a comment wherever it stands.
 *
 * @throws UnclosedQuote
 */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#') {
      break;
    } else if (character === '\\') {
      at += 1;
      if (at >= line.length) throw new UnclosedQuote('it ends with a backslash');
      word = (word ?? '') + (line[at] ?? '');
    } else if (character === "'" || character === '"') {
      const { text, end } = quoted(line, at);
      word = (word ?? '') + text;
      at = end;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** @param from where the opening quote is */
function quoted(line: string, from: number): { text: string; end: number } {
  const quote = line[from] ?? '';
  let text = '';
  for (let at = from + 1; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === quote) return { text, end: at };
    const next = line[at + 1];
    if (quote === '"' && character === '\\' && (next === '"' || next === '\\')) {
      text += next;
      at += 1;
    } else {
      text += character;
    }
  }
  throw new UnclosedQuote('it has no closing quotation mark');
}
