import { HintedError } from '@fairness-deploy/shell/text';
import type { NodeIndexEntry } from '@fairness-deploy/core/resources';
import { compare, satisfies } from 'semver';
import type { WantedNode } from './wanted-node.js';

/** An exact version of Node.js, and why it was chosen. */
export interface ChosenNode {
  readonly version: string;
  /** For people: `24.11.1, the newest of 24 (.nvmrc)`. */
  readonly why: string;
}

/**
 * Chooses a version of a mirror's index: the newest with long-term support that is wanted, else the
 * newest. A range such as `>=20` must not lead to a version that nobody supports after half a year.
 *
 * @throws HintedError when there is none.
 */
export function chooseNode(
  wanted: WantedNode,
  index: readonly NodeIndexEntry[],
  mirror: string,
): ChosenNode {
  const { shown, from, exact, range, lts, newest } = wanted;
  const where = from === undefined ? '' : ` (${from})`;
  if (exact !== undefined) return { version: exact, why: `${exact}${where}` };
  const matching = [...index]
    .sort((one, other) => compare(other.version, one.version))
    .filter((entry) => satisfies(entry.version, range) && isOfLine(entry, lts));
  const [first] = matching;
  const chosen = newest ? first : (matching.find((entry) => entry.lts !== undefined) ?? first);
  if (!first || !chosen) throw noSuchVersion(wanted, index, mirror);
  const what =
    chosen === first && lts !== true ? 'the newest' : 'the newest with long-term support';
  const of = lts === true || newest || (range === '*' && lts === undefined) ? '' : ` of ${shown}`;
  return { version: chosen.version, why: `${chosen.version}, ${what}${of}${where}` };
}

function isOfLine(entry: NodeIndexEntry, lts: WantedNode['lts']): boolean {
  if (lts === undefined) return true;
  return lts === true ? entry.lts !== undefined : entry.lts?.toLowerCase() === lts;
}

function noSuchVersion(
  { shown, from }: WantedNode,
  index: readonly NodeIndexEntry[],
  mirror: string,
): HintedError {
  const where = from ?? 'application.node';
  const [newest] = [...index].sort((one, other) => compare(other.version, one.version));
  return new HintedError(
    `Cannot choose the Node.js ${JSON.stringify(shown)} (${where}): ${mirror} has no such version for this host`,
    {
      hint: newest
        ? `the newest there is ${newest.version}: correct ${where}`
        : `its index.tab lists none: correct the mirror`,
    },
  );
}
