import { goodReleases, parseEntry, type HistoryEntry } from './history.js';
import { isCommit, isReleaseId } from '../release-id.js';

/** What is deployed on a host. */
export interface HostState {
  /** The release that the link leads to. */
  readonly current: string | undefined;
  /** Those whose folder is there, failed ones included. */
  readonly releases: ReadonlySet<string>;
  /** Releases that have an environment file. */
  readonly environments: ReadonlySet<string>;
  /** The oldest first. */
  readonly history: readonly HistoryEntry[];
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
  return {
    current: releaseOfLink(of('current')[0] ?? ''),
    releases: new Set(of('release').filter(isReleaseId)),
    environments: new Set(of('environment').filter(isReleaseId)),
    history: of('history').flatMap(parseEntry),
    commits: [...new Set(of('commit').filter(isCommit))].slice(0, MOST_COMMITS),
  };
}

/**
 * The release that runs and is known to be good, with its record. A release whose deployment
 * was cut off after the switch is current, and not known to be good.
 */
export function runningRelease(state: HostState): HistoryEntry | undefined {
  const last = goodReleases(state.history).at(-1);
  const whole = last && state.releases.has(last.release) && state.environments.has(last.release);
  return whole && last.release === state.current ? last : undefined;
}

function releaseOfLink(target: string): string | undefined {
  const [, id = ''] = /^releases\/([^/]+)(?:\/|$)/.exec(target) ?? [];
  return isReleaseId(id) ? id : undefined;
}
