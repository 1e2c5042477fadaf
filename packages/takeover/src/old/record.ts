import { z } from '@fairness-deploy/core';

const recordSchema = z.object({
  routes: z.array(z.object({ path: z.string(), ports: z.array(z.int()) })),
  groups: z.array(z.string()),
});

/** What the host has on record of an old application while it is taken over. */
export type TakeoverRecord = Readonly<z.output<typeof recordSchema>>;

export function recordText({ routes, groups }: TakeoverRecord): string {
  return JSON.stringify({ routes, groups });
}

/** Undefined when there is none. Root wrote it; a power cut may have left it incomplete. */
export function parseRecord(text: string): TakeoverRecord | undefined {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
