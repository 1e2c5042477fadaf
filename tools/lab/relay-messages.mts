import { z } from 'zod';

/** The message to the relay's process: its upstreams, and how many milliseconds each way. */
export const relayOrderSchema = z.object({
  upstreams: z.array(z.object({ host: z.string(), port: z.number() })),
  delay: z.number(),
});
export type RelayOrder = z.infer<typeof relayOrderSchema>;
export type Upstream = RelayOrder['upstreams'][number];

/** Its answer: its ports, in the order of the upstreams. */
export const relayAnswerSchema = z.object({ ports: z.array(z.number()) });
export type RelayAnswer = z.infer<typeof relayAnswerSchema>;
