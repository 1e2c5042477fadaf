/**
 * Whether a name matches a list of patterns with `*` and `?` (ssh_config(5), PATTERNS):
 * one of them must match, and none that is negated by `!`. Case is ignored, as in
 * host names.
 */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  const matching = patterns.filter((pattern) => matches(name, pattern.replace(/^!/, '')));
  return matching.length > 0 && matching.every((pattern) => !pattern.startsWith('!'));
}

function matches(name: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll(/(?:\\\*)+/g, '.*')
    .replaceAll('\\?', '.');
  return new RegExp(`^${source}$`, 'is').test(name);
}
