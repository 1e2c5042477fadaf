/**
 * Takes away the indentation that all lines of a template's literal parts share,
 * and the line breaks around the whole. Lines that come from values stay as they are.
 */
export function dedent(literals: readonly string[]): readonly string[] {
  const starts = literals.flatMap((text, at) => {
    const lines = text.split('\n');
    // The first line of a part that follows a value doesn't start a line.
    const own = at === 0 && !text.startsWith('\n') ? [] : lines.slice(1);
    return own
      .filter((line, index) => line.trim() !== '' || isFollowedByValue(index, own, at, literals))
      .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  });
  const width = starts.length === 0 ? 0 : Math.min(...starts);
  const shifted = literals.map((text) =>
    text.replaceAll(new RegExp(`\\n[ \\t]{0,${String(width)}}`, 'g'), '\n'),
  );
  return shifted.map((text, at) => {
    const head = at === 0 ? text.replace(/^\n/, '') : text;
    return at === literals.length - 1 ? head.replace(/\n[ \t]*$/, '') : head;
  });
}

function isFollowedByValue(
  index: number,
  lines: readonly string[],
  at: number,
  literals: readonly string[],
): boolean {
  return index === lines.length - 1 && at < literals.length - 1;
}
