/** Quotes a word for sh, for what git runs and for hints that people paste. */
export function quote(text: string): string {
  return /^[\w./][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
