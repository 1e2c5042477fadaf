import { COLOURS, type Colour } from '../application/colour.js';
import { goodReleases, parseEntry, type HistoryEntry } from './history-entry.js';
import { isCommit, isReleaseId } from '../application/release-id.js';

/** What is deployed on a host. */
export interface HostState {
  /** The colour that gets the traffic. */
  readonly live: Colour | undefined;
  /** The release that each colour has. */
  readonly colours: ReadonlyMap<Colour, string>;
  /** Those whose folder is there, failed ones included. */
  readonly releases: ReadonlySet<string>;
  /** Releases that have a file of variables. */
  readonly variables: ReadonlySet<string>;
  /** The oldest first. */
  readonly history: readonly HistoryEntry[];
  /** Whether a deployment is under way, or was cut off. */
  readonly pending: boolean;
  /** Commits that the host's repository has whole. */
  readonly commits: readonly string[];
}

/** The most that is built upon: any one would do, the last releases make small bundles. */
const MOST_COMMITS = 200;

/**
 * Understands what readState() prints. What isn't of a form that we write, such as a folder
 * of somebody else's or a line that a power cut tore, is passed over.
 */
export function parseState(output: string): HostState {
  const found = new Map<string, string[]>();
  for (const line of output.split('\n')) {
    const [, key = '', value = ''] = /^([a-z]+) (.*)$/.exec(line) ?? [];
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  const of = (key: string): readonly string[] => found.get(key) ?? [];
  const live = /^colours\/([a-z]+)$/.exec(of('live')[0] ?? '')?.[1];
  return {
    live: COLOURS.find((colour) => colour === live),
    colours: new Map(of('colour').flatMap(placed)),
    releases: new Set(of('release').filter(isReleaseId)),
    variables: new Set(of('variables').filter(isReleaseId)),
    history: of('history').flatMap(parseEntry),
    pending: of('pending').length > 0,
    commits: [...new Set(of('commit').filter(isCommit))].slice(0, MOST_COMMITS),
  };
}

/**
 * The release that gets the traffic and is known to be good, with its record. One whose
 * deployment was cut off after the switch gets the traffic, and is not known to be good.
 */
export function runningRelease(state: HostState): HistoryEntry | undefined {
  const live = state.live && state.colours.get(state.live);
  return completeReleases(state).find(({ release }) => release === live);
}

/** The good releases that are there whole, the oldest first. */
export function completeReleases(state: HostState): readonly HistoryEntry[] {
  return goodReleases(state.history).filter(
    ({ release }) => state.releases.has(release) && state.variables.has(release),
  );
}

/** Whether nothing of another deployment is left that the next one would clear away. */
export function isSettled({ pending, colours }: HostState): boolean {
  return !pending && colours.size <= 1;
}

function placed(text: string): readonly (readonly [Colour, string])[] {
  const [name, target = ''] = text.split(' ', 2);
  const colour = COLOURS.find((one) => one === name);
  const id = /^\.\.\/\.\.\/releases\/([^/]+)(?:\/|$)/.exec(target)?.[1] ?? '';
  return colour && isReleaseId(id) ? [[colour, id]] : [];
}
