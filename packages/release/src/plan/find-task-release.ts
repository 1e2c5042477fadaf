import { HintedError } from '@fairness-deploy/shell/text';
import { completeReleases, type HostState } from '../host/state.js';

/**
 * Finds the release that a task runs in: the live one, or the good one with that id, or the newest
 * whose commit begins so.
 *
 * @param host its name, for messages
 * @throws HintedError when there is none, or it can't run tasks, with the existing ones.
 */
export function findTaskRelease(state: HostState, host: string, wanted?: string): string {
  const live = state.live && state.colours.get(state.live);
  const complete = completeReleases(state);
  const all = [...complete]
    .sort((one, other) => (one.release < other.release ? 1 : -1))
    .map(({ release }) => release);
  const known = live === undefined || all.includes(live) ? all : [live, ...all];
  const found =
    wanted === undefined
      ? live
      : known.find(
          (id) =>
            id === wanted ||
            (/^[0-9a-f]{4,}$/.test(wanted) &&
              complete.some(({ release, commit }) => release === id && commit.startsWith(wanted))),
        );
  if (found === undefined) throw missing(host, wanted, known, live);
  if (state.commands.has(found)) return found;
  throw new HintedError(
    `Cannot run a task in the release ${found} on ${host}: an earlier version made it, and wrote no file for commands`,
    { hint: 'deploy again: deploy --force' },
  );
}

function missing(
  host: string,
  wanted: string | undefined,
  known: readonly string[],
  live: string | undefined,
): HintedError {
  const rows = known.map((id) => `--release ${id}${id === live ? ' (live)' : ''}`);
  const hint = known.length === 0 ? 'deploy first' : ['name one of these:', ...rows].join('\n');
  return new HintedError(
    wanted === undefined
      ? `Cannot run a task on ${host}: no release is live there`
      : `Cannot run a task in the release ${JSON.stringify(wanted)}: ${host} has no good release of that name`,
    { hint },
  );
}
