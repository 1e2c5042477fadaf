import { z } from '@fairness-deploy/core';
import { isCommit, isReleaseId } from '../application/release-id.js';
import { runtimeSchema, type Runtime } from '../application/runtime.js';
import { declaredMigrationsSchema, type DeclaredMigration } from './declared-migrations.js';
import { migratedSchema, type Migrated } from './migrated.js';

/** The data of a deployment that are known at its beginning. */
export interface DeploymentOrigin {
  readonly action: 'deploy' | 'rollback' | 'restart';
  /** The process that was restarted alone: a worker. */
  readonly process?: string;
  readonly commit: string;
  readonly subject: string;
  readonly author: string;
  /** The user who deployed, such as `ana`, and the machine. */
  readonly who: string;
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly started: string;
}

/** One line of a host's history: a past deployment, and how it ended. */
export interface HistoryEntry extends DeploymentOrigin {
  /** The id of the release. */
  readonly release: string;
  /**
   * `cancelled`: a user cancelled it, or the host was shut down, and its steps were undone.
   * `interrupted`: the host lost power, or the job was killed; the next deployment found that.
   */
  readonly outcome: 'good' | 'failed' | 'cancelled' | 'interrupted';
  /** ISO 8601, UTC; for an interrupted one, when that was found. */
  readonly finished: string;
  /** Seconds by phase, in their order. */
  readonly phases: Readonly<Record<string, number>>;
  /** The step that failed, or that cancelling killed. */
  readonly failed?: string;
  /** The migration that ran on this host, if one did and came to an end. */
  readonly migrated?: Migrated;
  /** A digest of the configuration that the release was made with. */
  readonly configuration: string;
  /** A digest of the build's inputs: its commands, its Node.js, the variables that it sees. */
  readonly build: string;
  /** A digest of its migrations; empty when it has none. */
  readonly migrationsDigest: string;
  /** The migrations that the release before it did not have, where their names are known. */
  readonly newMigrations?: readonly DeclaredMigration[];
  /** What the section declared of new migrations whose names do not say. */
  readonly newCompatible?: boolean;
  /** The commit that holds the artifact; undefined: the source's own files were deployed. */
  readonly artifact?: string;
  /** The application's folder in the repository, unless it is all of it. */
  readonly directory?: string;
  /** The folders that it shares with other releases, if any. */
  readonly shared?: readonly string[];
  /** Its Node.js and package manager, of exact versions; undefined: it has no Node.js. */
  readonly runtime?: Runtime;
}

/** What a deployment is known by from its beginning. */
export type Deployment = Omit<
  HistoryEntry,
  'outcome' | 'finished' | 'phases' | 'failed' | 'migrated'
>;

/** The most characters of one text of an entry: authors of commits choose its length. */
const LONGEST_CHARACTERS = 500;

const text = z.string().max(10_000);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const lineSchema = z.object({
  release: z.string().refine(isReleaseId),
  outcome: z.enum(['good', 'failed', 'cancelled', 'interrupted']),
  commit: z.string().refine(isCommit),
  configuration: digest,
  finished: z.iso.datetime(),
  build: digest,
  action: z.enum(['deploy', 'rollback', 'restart']),
  process: text.exactOptional(),
  subject: text,
  author: text,
  who: text,
  from: text,
  started: z.iso.datetime(),
  migrations: z.string().regex(/^[0-9a-f]*$/),
  newMigrations: declaredMigrationsSchema.exactOptional(),
  newCompatible: z.boolean().exactOptional(),
  artifact: z.string().refine(isCommit).exactOptional(),
  directory: text.exactOptional(),
  shared: z.array(text).exactOptional(),
  runtime: runtimeSchema.exactOptional(),
  phases: z.record(z.string(), z.number()),
  failed: text.exactOptional(),
  migrated: migratedSchema.exactOptional(),
});

const entrySchema = lineSchema.transform(({ migrations, ...entry }): HistoryEntry => ({
  ...entry,
  migrationsDigest: migrations,
}));

/** A text for an entry: its beginning, when it is long. */
export function shortened(words: string): string {
  return words.length <= LONGEST_CHARACTERS ? words : `${words.slice(0, LONGEST_CHARACTERS)}…`;
}

/**
 * The entry of a line; undefined when we did not write the line, or a power cut left it incomplete.
 */
export function parseEntry(line: string): readonly HistoryEntry[] {
  try {
    const entry = entrySchema.safeParse(JSON.parse(line));
    return entry.success ? [entry.data] : [];
  } catch {
    return [];
  }
}

/** The good releases, each with the entry of its last switch, the oldest first. */
export function goodReleases(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const last = new Map<string, HistoryEntry>();
  for (const entry of history.filter(({ outcome }) => outcome === 'good')) {
    last.delete(entry.release);
    last.set(entry.release, entry);
  }
  return [...last.values()];
}
