import { sh, z, type Script } from '@fairness-deploy/core';
import type { Secret } from '@fairness-deploy/secrets';
import { isCommit, isReleaseId } from '../release-id.js';

/** One line of a host's history: how the deployment of a release ended. */
export interface HistoryEntry {
  readonly release: string;
  /** `undone`: it was good, and taken back as a later step failed. */
  readonly outcome: 'good' | 'undone';
  readonly commit: string;
  /** Stands for the configuration that it was made with. */
  readonly configuration: string;
  /** ISO 8601, UTC. */
  readonly finished: string;
}

const entrySchema = z.object({
  release: z.string().refine(isReleaseId),
  outcome: z.enum(['good', 'undone']),
  commit: z.string().refine(isCommit),
  configuration: z.string().regex(/^[0-9a-f]{64}$/),
  finished: z.iso.datetime(),
});

/** A line's entry; none for one that isn't of our making, or that a power cut tore. */
export function parseEntry(line: string): readonly HistoryEntry[] {
  try {
    const entry = entrySchema.safeParse(JSON.parse(line));
    return entry.success ? [entry.data] : [];
  } catch {
    return [];
  }
}

/** The good releases, each where it was last recorded, the oldest first: the last word on a release counts. */
export function goodReleases(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const last = new Map<string, HistoryEntry>();
  for (const entry of history) {
    last.delete(entry.release);
    last.set(entry.release, entry);
  }
  return [...last.values()].filter(({ outcome }) => outcome === 'good');
}

/**
 * Prints what {@link goodReleases} gives, the newest first, for steps that run where nothing
 * but a shell is: a line each of release, commit and time. Nothing when there is no history.
 */
export function printGoodReleases(file: string): Script {
  // The form that appendEntry() writes; sed prints nothing of any other line.
  const form = [
    ['release', String.raw`\([0-9]\{8\}-[0-9]\{6\}-[0-9a-f]\{7\}\)`],
    ['outcome', String.raw`\(good\|undone\)`],
    ['commit', String.raw`\([0-9a-f]\{40\}\|[0-9a-f]\{64\}\)`],
    ['configuration', String.raw`[0-9a-f]\{64\}`],
    ['finished', String.raw`\([0-9TZ:-]*\)`],
  ].map(([key = '', value = '']) => `"${key}":"${value}"`);
  return sh`
    if [ -f ${file} ]; then
      tac -- ${file} | sed -n ${String.raw`s/^{${form.join(',')}}$/\1 \2 \3 \4/p`} |
        awk '!seen[$1]++ && $2 == "good" { print $1, $3, $4 }'
    fi`;
}

/** Appends an entry, finished now, and has it on the disk. */
export function appendEntry(
  file: string,
  {
    release,
    outcome,
    commit,
    configuration,
  }: Omit<HistoryEntry, 'configuration' | 'finished'> & { readonly configuration: Secret },
): Script {
  return sh`
    umask 077
    # A power cut may have torn the last line.
    if [ -s ${file} ] && [ -n "$(tail -c 1 -- ${file})" ]; then
      echo >>${file}
    fi
    printf '{"release":"%s","outcome":"%s","commit":"%s","configuration":"%s","finished":"%s"}\n' ${[release, outcome, commit, configuration]} "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >>${file}
    sync -- ${file}`;
}
