import { createRequire } from 'node:module';
import type * as Diff from 'diff';

/** With more edits than this, a diff is slow and of no use to a reader. */
const MOST_EDITS = 2000;

/**
 * The changes from one text to the other: the hunks of a unified diff, without its header (POSIX
 * diff, 'Diff -u Output Format'). Texts with little in common give one hunk that replaces all.
 */
export function diffText(from: string, to: string): string {
  // Loading it takes 20 ms, and a run that changes nothing needs none of it.
  const { structuredPatch } = createRequire(__filename)('diff') as typeof Diff;
  const patch = structuredPatch('', '', from, to, '', '', {
    context: 3,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return [...marked('-', from), ...marked('+', to)].join('\n');
  return patch.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
      ...lines,
    ])
    .join('\n');
}

/** An empty range begins at the line before it. */
function range(start: number, lines: number): string {
  if (lines === 0) return `${String(start - 1)},0`;
  return lines === 1 ? String(start) : `${String(start)},${String(lines)}`;
}

function marked(mark: string, text: string): readonly string[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line);
}
