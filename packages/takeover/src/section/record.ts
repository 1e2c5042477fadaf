import { z } from '@fairness-deploy/core';

const recordSchema = z.object({
  routes: z.array(z.object({ path: z.string(), ports: z.array(z.int()) })),
});

/** What the host has on record of an old application while it is taken over. */
export interface TakeoverRecord extends Readonly<z.output<typeof recordSchema>> {
  /** The groups of its programs in Supervisor: in a file of their own, for scripts. */
  readonly groups: readonly string[];
}

/** The text of the record, without the groups. */
export function recordText({ routes }: TakeoverRecord): string {
  return JSON.stringify({ routes });
}

/** The text of the file of the groups, a name a line. */
export function groupsText({ groups }: TakeoverRecord): string {
  return groups.map((name) => `${name}\n`).join('');
}

/**
 * Undefined when there is none. Root wrote it; a power cut may have left it incomplete.
 *
 * @param groups the names in the file of the groups
 */
export function parseRecord(text: string, groups: readonly string[]): TakeoverRecord | undefined {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(text));
    return parsed.success && groups.length > 0 ? { ...parsed.data, groups } : undefined;
  } catch {
    return undefined;
  }
}
