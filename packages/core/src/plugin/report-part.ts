import { z } from 'zod';
import { LEVELS, type Finding } from './check.js';
import type { Script } from '@fairness-deploy/shell';

/** The most characters of a text in a report. */
const LONGEST_TEXT = 10_000;

/** A text, of which the beginning is kept. */
export const reportTextSchema = z
  .string()
  .transform((text) => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text));
const text = reportTextSchema;
const time = z.iso.datetime();
const level = z.enum(LEVELS);

const spanSchema = z.object({
  /** ISO 8601, UTC. */
  from: time,
  /** The end; without it, it goes on. */
  to: time.exactOptional(),
  label: text,
  /** More about it, one line. */
  text,
  level,
});

const barSchema = z.object({
  label: text,
  value: z.number(),
  /** The value in words. */
  text,
  level,
});

/** A picture or a table in a report about a host. */
export const reportPartSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('timeline'),
    title: text,
    lanes: z.array(z.object({ name: text, spans: z.array(spanSchema).max(2000) })).max(100),
  }),
  z.object({ kind: z.literal('bars'), title: text, bars: z.array(barSchema).max(500) }),
  z.object({
    kind: z.literal('table'),
    title: text,
    columns: z.array(text).max(20),
    rows: z.array(z.array(text).max(20)).max(500),
  }),
]);
export type ReportPart = z.infer<typeof reportPartSchema>;
/** A time during which something was so. */
export type ReportSpan = z.infer<typeof spanSchema>;
export type ReportBar = z.infer<typeof barSchema>;

/** What a plugin adds to a report about a host. */
export interface ReportSource {
  /** Prints state for `parts`; changes nothing. It runs beside the checks. */
  readonly read?: Script;
  /**
   * Makes the parts. Pure.
   *
   * @param output what `read` has printed; empty when it failed
   * @param findings those of the plugin
   */
  readonly parts: (output: string, findings: readonly Finding[]) => readonly ReportPart[];
}
