/**
 * The changelog after a release.
 *
 * @param changelog before it, with a part "Unreleased"
 * @param entry the version's heading, and below it Nx's list
 */
export function withVersion(changelog: string, entry: string): string {
  const [heading = '', ...list] = entry.split('\n');
  const [before = '', after] = changelog.split(/^## Unreleased\n/m);
  if (after === undefined) {
    throw new Error('Cannot write the changelog: CHANGELOG.md has no "## Unreleased"');
  }
  const end = after.search(/^## /m);
  const [own, rest] = end === -1 ? [after, ''] : [after.slice(0, end), after.slice(end)];
  return [before, '## Unreleased', heading, own, list.join('\n'), rest]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}
