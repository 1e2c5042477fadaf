import { z } from 'zod';

/** What the relay's process is told: in front of what, and how many milliseconds each way. */
export const relayOrderSchema = z.object({
  upstreams: z.array(z.object({ host: z.string(), port: z.number() })),
  delay: z.number(),
});
export type RelayOrder = z.infer<typeof relayOrderSchema>;
export type Upstream = RelayOrder['upstreams'][number];

/** What it answers: its ports, in the order of the upstreams. */
export const relayAnswerSchema = z.object({ ports: z.array(z.number()) });
export type RelayAnswer = z.infer<typeof relayAnswerSchema>;
