import type { ScheduledJob, z } from '@fairness-deploy/core';
import { COLOURS, type Colour } from '../application/colour.js';
import { programsSchema, type Program } from '../application/program.js';
import { scheduledJobsSchema } from '../scheduled-jobs/scheduled-job.js';
import { goodReleases, parseEntry, type HistoryEntry } from './history-entry.js';
import { declaredMigrationsSchema, type DeclaredMigration } from './declared-migrations.js';
import { parseBuilt } from './built-record.js';
import { parseMigration, type MigrationRecord } from './migration-record.js';
import { isCommit, isReleaseId } from '../application/release-id.js';

/** The releases of a host. */
export interface HostState {
  /** The colour that gets the traffic. */
  readonly live: Colour | undefined;
  /** The release that each colour has. */
  readonly colours: ReadonlyMap<Colour, string>;
  /** The releases whose folder exists, failed ones included. */
  readonly releases: ReadonlySet<string>;
  /** Releases that have a file of variables. */
  readonly variables: ReadonlySet<string>;
  /** Releases that have a file for commands, such as tasks. */
  readonly commands: ReadonlySet<string>;
  /** The programs of the releases, by the releases' ids. */
  readonly programs: ReadonlyMap<string, readonly Program[]>;
  /** The scheduled jobs of the releases that have some on this host, by the releases' ids. */
  readonly schedules: ReadonlyMap<string, readonly ScheduledJob[]>;
  /** The migrations of the releases whose project names a folder of them, by the releases' ids. */
  readonly declaredMigrations: ReadonlyMap<string, readonly DeclaredMigration[]>;
  /** How many processors the host has. */
  readonly cpus: number;
  /** The oldest first. */
  readonly history: readonly HistoryEntry[];
  /** Whether a deployment runs, or was cut off. */
  readonly pending: boolean;
  /** The last migration that has succeeded. */
  readonly migration: MigrationRecord | undefined;
  /** A release that failed after it had been built, and whose folder was kept. */
  readonly built: string | undefined;
  /** Commits that the host's repository has whole. */
  readonly commits: readonly string[];
}

/**
 * The most commits that a bundle builds on: one would be enough, the last releases make small
 * bundles.
 */
const MOST_COMMITS = 200;

/**
 * Parses the output of readState(). Ignores lines that we did not write, such as another folder's
 * name, or an incomplete line after a power cut.
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
    commands: new Set(of('command').filter(isReleaseId)),
    programs: new Map(of('programs').flatMap((text) => parseListed(text, programsSchema))),
    schedules: new Map(of('schedules').flatMap((text) => parseListed(text, scheduledJobsSchema))),
    declaredMigrations: new Map(
      of('migrations').flatMap((text) => parseListed(text, declaredMigrationsSchema)),
    ),
    cpus: Math.max(1, Number.parseInt(of('cpus')[0] ?? '1', 10) || 1),
    history: of('history').flatMap(parseEntry),
    pending: of('pending').length > 0,
    migration: parseMigration(of('migrated')),
    built: parseBuilt(of('built')),
    commits: [...new Set(of('commit').filter(isCommit))].slice(0, MOST_COMMITS),
  };
}

/**
 * The live release, if it is known to be good, with its record. A release whose deployment was cut
 * off after the switch is live, and is not known to be good.
 */
export function runningRelease(state: HostState): HistoryEntry | undefined {
  const live = state.live && state.colours.get(state.live);
  return completeReleases(state).find(({ release }) => release === live);
}

/** The good releases that are complete on the host, the oldest first. */
export function completeReleases(state: HostState): readonly HistoryEntry[] {
  return goodReleases(state.history).filter(
    ({ release }) =>
      state.releases.has(release) && state.variables.has(release) && state.programs.has(release),
  );
}

/** The programs of the release that has the traffic, whether it is known to be good or not. */
export function livePrograms({ live, colours, programs }: HostState): readonly Program[] {
  return programs.get((live && colours.get(live)) ?? '') ?? [];
}

/** The scheduled jobs of the release that has the traffic; undefined when there is no such release. */
export function liveScheduledJobs({
  live,
  colours,
  schedules,
}: HostState): readonly ScheduledJob[] | undefined {
  const release = live && colours.get(live);
  return release === undefined ? undefined : (schedules.get(release) ?? []);
}

/** Whether an earlier deployment left nothing that the next one would remove. */
export function isSettled({ pending, colours }: HostState): boolean {
  return !pending && colours.size <= 1;
}

/** `<release> <JSON>`. Root wrote it; a power cut may have left it incomplete. */
function parseListed<T>(
  text: string,
  schema: z.ZodType<T>,
): readonly (readonly [release: string, listed: T])[] {
  const at = text.indexOf(' ');
  const id = text.slice(0, at);
  try {
    const parsed = schema.safeParse(JSON.parse(text.slice(at)));
    return isReleaseId(id) && parsed.success ? [[id, parsed.data]] : [];
  } catch {
    return [];
  }
}

function placed(text: string): readonly (readonly [Colour, string])[] {
  const [name, target = ''] = text.split(' ', 2);
  const colour = COLOURS.find((one) => one === name);
  const id = /^\.\.\/\.\.\/releases\/([^/]+)(?:\/|$)/.exec(target)?.[1] ?? '';
  return colour && isReleaseId(id) ? [[colour, id]] : [];
}
