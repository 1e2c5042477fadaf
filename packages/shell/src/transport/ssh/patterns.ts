/**
 * Whether a name matches a list of patterns with `*` and `?` (ssh_config(5), PATTERNS):
 * one of them must match, and none that is negated by `!`. Case is ignored, as in
 * host names.
 */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  const matching = patterns.filter((pattern) => matches(name, pattern.replace(/^!/, '')));
  return matching.length > 0 && matching.every((pattern) => !pattern.startsWith('!'));
}

/** Only the last `*` is ever reconsidered, so that no pattern costs more than the product of both lengths. */
function matches(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const wanted = pattern.toLowerCase();
  let at = 0;
  let next = 0;
  let star: { readonly at: number; readonly next: number } | undefined;
  while (at < text.length) {
    if (wanted[next] === '*') {
      star = { at, next };
      next += 1;
    } else if (next < wanted.length && (wanted[next] === '?' || wanted[next] === text[at])) {
      at += 1;
      next += 1;
    } else if (star) {
      // The star takes one character more.
      star = { at: star.at + 1, next: star.next };
      at = star.at;
      next = star.next + 1;
    } else {
      return false;
    }
  }
  return /^\**$/.test(wanted.slice(next));
}
