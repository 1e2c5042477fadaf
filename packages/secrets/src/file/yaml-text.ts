/**
 * Characters that YAML 1.1 or 1.2 can't hold as they are, except line breaks: control characters,
 * line and paragraph separators, a byte order mark, halves of pairs.
 */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A value as it stands after `name:` in a YAML file: quoted, so that it is text in every
 * version of YAML (`yes`, `0123`, `1:30`), or as a block when it has several lines.
 */
export function yamlText(value: string): string {
  const plain = value.replaceAll('\n', '');
  if (plain.search(UNPRINTABLE) >= 0) return doubleQuoted(value);
  if (!value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
  // Blanks at the beginning or the end would be hard to see in a block.
  if (/^[ \n]|[ \n]\n$|\n[ ]+\n|[ ]$/.test(value)) return doubleQuoted(value);
  const lines = value.replace(/\n$/, '').replaceAll(/^(?=.)/gm, '  ');
  return `|${value.endsWith('\n') ? '' : '-'}\n${lines}\n`;
}

function doubleQuoted(value: string): string {
  return JSON.stringify(value).replaceAll(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
