import { z } from '@fairness-deploy/core';
import type { FoundCause } from './find-causes.js';

/** What the program remembers from run to run. */
export interface WatchState {
  /** What fails: in how many runs in a row it was seen, and since when. */
  readonly seen: Readonly<Record<string, Seen>>;
  /** The failures that were told, and are not over. */
  readonly told: readonly string[];
  /** Since when, ISO 8601, UTC; undefined when all is well. */
  readonly since?: string;
}

interface Seen {
  readonly runs: number;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export const watchStateSchema = z.object({
  seen: z.record(z.string(), z.object({ runs: z.number(), since: z.iso.datetime() })),
  told: z.array(z.string()),
  since: z.iso.datetime().exactOptional(),
});

export const WELL: WatchState = { seen: {}, told: [] };

/** What there is to tell. */
export type News =
  | {
      readonly state: 'failing';
      /** Those that were not told yet are first. */
      readonly causes: readonly FoundCause[];
      readonly since: string;
    }
  | { readonly state: 'well'; readonly since: string };

/**
 * The state after a run, and what there is to tell: a failure that was seen in so many runs in a row, and that all
 * is well again. Pure.
 *
 * @param busy that runs find nothing new: what passes by itself is no news
 */
export function nextState(
  before: WatchState,
  causes: readonly FoundCause[],
  { now, after, busy }: { readonly now: Date; readonly after: number; readonly busy: boolean },
): { readonly state: WatchState; readonly news?: News } {
  const at = now.toISOString();
  const isTold = ({ subject }: FoundCause): boolean => before.told.includes(subject);
  if (busy && causes.some((cause) => !isTold(cause))) return { state: before };
  const seen = Object.fromEntries(
    causes.map(({ subject }): [string, Seen] => {
      const was = Object.hasOwn(before.seen, subject) ? before.seen[subject] : undefined;
      return [subject, { runs: (was?.runs ?? 0) + 1, since: was?.since ?? at }];
    }),
  );
  if (causes.length === 0) {
    const state = { ...WELL };
    return before.since !== undefined && before.told.length > 0
      ? { state, news: { state: 'well', since: before.since } }
      : { state };
  }
  const sure = causes.filter((one) => isTold(one) || (seen[one.subject]?.runs ?? 0) >= after);
  // What was told is over, and something else has not been seen often enough yet: that is not well.
  if (sure.length === 0) {
    return { state: { ...before, seen } };
  }
  const fresh = sure.filter((one) => !isTold(one));
  const since = before.since ?? seen[sure[0]?.subject ?? '']?.since ?? at;
  const state = { seen, told: sure.map(({ subject }) => subject), since };
  if (fresh.length === 0) return { state };
  return { state, news: { state: 'failing', causes: [...fresh, ...sure.filter(isTold)], since } };
}
