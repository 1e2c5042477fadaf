import { onHosts, workOnEach, type Run } from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import type { HistoryEntry } from '../host/history-entry.js';
import { completeReleases, runningRelease } from '../host/state.js';
import { readReleases } from './read-releases.js';

/** A release on the environment's hosts, and what it was made of. */
export type RecordedRelease = Pick<HistoryEntry, 'release' | 'commit' | 'subject'>;

/**
 * Reads from the hosts which commit a release was made of: the live release, or a good one by its id or the
 * beginning of its commit. Changes nothing there. One round trip a host.
 *
 * @throws HintedError when no host has it, or the hosts differ.
 */
export async function recordedRelease(run: Run, wanted?: string): Promise<RecordedRelease> {
  const { name } = run.environment;
  const what = wanted === undefined ? 'the live release' : `the release "${wanted}"`;
  const read = await onHosts(run, 'stop', (hosts) =>
    workOnEach(run, hosts, async (open) => {
      const { state } = await readReleases(run, open);
      if (wanted === undefined) return runningRelease(state);
      return completeReleases(state).find((one) => matches(wanted, one));
    }),
  );
  if (read?.length !== run.hosts.length) {
    throw new HintedError(`Cannot find ${what} of ${name}: not all of its hosts could be asked`, {
      hint: `see whether they answer: npx nx run ${name}:ping`,
    });
  }
  const found = read.flatMap(({ value }) => value ?? []);
  const [first] = found;
  if (!first) {
    throw new HintedError(`Cannot find ${what} of ${name}: its hosts have none`, {
      hint: `see what they have: npx nx run ${name}:history`,
    });
  }
  const other = found.find(({ commit }) => commit !== first.commit);
  if (other) {
    throw new HintedError(
      `Cannot find ${what} of ${name}: its hosts have ${first.release} and ${other.release}`,
      { hint: 'name one of the two: --from-release=<id>' },
    );
  }
  const { release, commit, subject } = first;
  return { release, commit, subject };
}

function matches(wanted: string, { release, commit }: HistoryEntry): boolean {
  return release === wanted || (/^[0-9a-f]{4,}$/.test(wanted) && commit.startsWith(wanted));
}
