import { distance } from 'fastest-levenshtein';
import { quoteText } from './show-value.js';

/**
 * The candidate that was most likely meant, or undefined when none is near: a third of its letters
 * may differ. Upper case, hyphens and underscores don't count.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const wanted = simplify(text);
  let best: Near | undefined;
  for (const candidate of candidates) {
    // It is wrong for another reason than a mistyped letter.
    if (candidate === text) continue;
    const simplified = simplify(candidate);
    // The distance is at least the difference in length; without this a huge key would take minutes.
    if (Math.abs(simplified.length - wanted.length) > allowed(simplified)) continue;
    const found = distance(wanted, simplified);
    if (found > allowed(simplified)) continue;
    const common = commonStart(wanted, simplified);
    if (!best || found < best.distance || (found === best.distance && common > best.common)) {
      best = { candidate, distance: found, common };
    }
  }
  return best?.candidate;
}

interface Near {
  readonly candidate: string;
  readonly distance: number;
  /** How many letters it begins with that the text begins with, too. */
  readonly common: number;
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** `did you mean "port"?`, or undefined when nothing is near. A file may hold any name, so it is quoted. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(text, candidates);
  return found === undefined ? undefined : `did you mean ${quoteText(found)}?`;
}

function allowed(candidate: string): number {
  return Math.max(1, Math.ceil(candidate.length / 3));
}

function simplify(text: string): string {
  return text.toLowerCase().replaceAll(/[-_]/g, '');
}
