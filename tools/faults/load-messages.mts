import { z } from 'zod';

/** The message to the visitors' process: whom to visit and how often a second, and whether only to read; and to stop. */
export const loadOrderSchema = z.union([
  z.object({ address: z.string(), rate: z.number(), onlyReads: z.boolean() }),
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
  /** The error of a visit; undefined for a good one. */
  problem: z.string().optional(),
});
export type Visit = z.infer<typeof visitSchema>;

/** The final answer: the visits in the order of their ends, and how many it had no time for. */
export const loadAnswerSchema = z.object({ visits: z.array(visitSchema), left: z.number() });
export type LoadAnswer = z.infer<typeof loadAnswerSchema>;
