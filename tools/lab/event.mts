import { z } from 'zod';

/** The fields that the tools read of a command's events with `--json`. */
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step-started'), name: z.string() }),
  z.object({ type: z.literal('step-ended'), name: z.string(), milliseconds: z.number() }),
  z.object({ type: z.literal('failure'), message: z.string(), details: z.string().optional() }),
  z.object({
    type: z.literal('host-ended'),
    outcome: z.string(),
    summary: z.string(),
    traffic: z
      .object({ roundTrips: z.number(), bytesSent: z.number(), bytesReceived: z.number() })
      .optional(),
  }),
]);

export type Event = Readonly<z.infer<typeof eventSchema>>;

const TYPES: ReadonlySet<string> = new Set(
  eventSchema.options.map(({ shape }) => shape.type.value),
);

/**
 * The event in a line of a command's output; none in a line of Nx's own, or of an event that no tool reads.
 *
 * @throws Error when an event has another form.
 */
export function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined;
  const json: unknown = JSON.parse(line);
  return TYPES.has(z.object({ type: z.string() }).parse(json).type)
    ? eventSchema.parse(json)
    : undefined;
}
