import { parseNodeIndex, printNodeIndex } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';
import type { NodeIndex } from './resolve-runtime.js';

/**
 * Prints a mirror's index, as lines `node <version> <line>`, or `unindexed <reason>` when it can't be
 * read: a release of an exact version doesn't need it.
 */
export function printIndexLines(mirror: string): Script {
  return sh`
    if fd_versions=$( (
    ${printNodeIndex(mirror)}
    ) 2>&1 ); then
      printf '%s\n' "$fd_versions" | sed 's/^/node /'
    else
      printf 'unindexed %s\n' "$(printf %s "$fd_versions" | tr '\n' ' ')"
    fi`;
}

/** Parses the lines of {@link printIndexLines}; ignores others. */
export function parseIndexLines(output: string): NodeIndex {
  const lines = output.split('\n');
  const unread = lines.find((line) => line.startsWith('unindexed '));
  if (unread !== undefined) return { unread: unread.slice('unindexed '.length) };
  const prefix = 'node ';
  return {
    versions: parseNodeIndex(
      lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length)),
    ),
  };
}
