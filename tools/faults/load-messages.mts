import { z } from 'zod';

/** What the visitors' process is told: whom to visit and how often a second; and to stop. */
export const loadOrderSchema = z.union([
  z.object({ address: z.string(), rate: z.number() }),
  z.object({ stop: z.literal(true) }),
]);
export type LoadOrder = z.infer<typeof loadOrderSchema>;

const visitSchema = z.object({
  /** Method and path. */
  what: z.string(),
  /** On the clock, and how long it took, in milliseconds. */
  sent: z.number(),
  milliseconds: z.number(),
  status: z.number().optional(),
  /** Of the release that answered. */
  commit: z.string().optional(),
  /** What is wrong; nothing when it is as it should be. */
  problem: z.string().optional(),
});
export type Visit = z.infer<typeof visitSchema>;

/** What it answers in the end: its visits in the order of their ends, and how many it had no time for. */
export const loadAnswerSchema = z.object({ visits: z.array(visitSchema), left: z.number() });
export type LoadAnswer = z.infer<typeof loadAnswerSchema>;
