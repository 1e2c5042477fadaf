import { z } from 'zod';
import { LEVELS, type Level } from '../plugin/check.js';
import { LAYERS } from '../plugin/layer.js';
import { reportPartSchema, reportTextSchema } from '../plugin/report-part.js';

const text = reportTextSchema;
const time = z.iso.datetime();
const level = z.enum(LEVELS);

const findingSchema = z.object({
  section: text,
  name: text,
  layer: z.enum(LAYERS),
  level,
  text,
  hint: text.exactOptional(),
});
/** A finding, as the page shows it. */
export type ReportFinding = z.infer<typeof findingSchema>;

const pointSchema = z.object({
  /** ISO 8601, UTC. */
  at: time,
  /** How the host was; undefined: it could not be reached. */
  level: level.exactOptional(),
  /** What is used of the file systems, in percent, by where they are mounted. */
  disks: z.record(z.string(), z.number()),
});
/** The host at a time. */
export type ReportPoint = z.infer<typeof pointSchema>;

const hostSchema = z.object({
  name: text,
  /** Why it could not be examined; what follows is older then. */
  failure: text.exactOptional(),
  /** When it was examined last, ISO 8601, UTC; undefined: never. */
  at: time.exactOptional(),
  findings: z.array(findingSchema).max(1000),
  /** The failures that no other one explains, in the words of doctor. */
  causes: z.array(text).max(100),
  parts: z.array(reportPartSchema).max(100),
  points: z.array(pointSchema).max(1000),
});
export type ReportHost = z.infer<typeof hostSchema>;

/** What a report keeps of an environment. */
export const reportDataSchema = z.object({
  version: z.literal(1),
  environment: text,
  description: text.exactOptional(),
  /** When it was made, ISO 8601, UTC. */
  at: time,
  hosts: z.array(hostSchema).max(1000),
});
export type ReportData = z.infer<typeof reportDataSchema>;

/** How a host is: as bad as its worst finding. */
export type HostState = Level | 'unknown';

export function stateOf({
  failure,
  findings,
}: Pick<ReportHost, 'failure' | 'findings'>): HostState {
  if (failure !== undefined) return 'unknown';
  return worst(findings.map((one) => one.level));
}

/** The gravest of some levels. */
export function worst(levels: readonly Level[]): Level {
  return LEVELS.findLast((one) => levels.includes(one)) ?? 'ok';
}

/** How many times of a host are kept: a day of every four minutes, a year of every day. */
const MOST_POINTS = 400;

/** The host with what was known of it before. Pure. */
export function withHistory(host: ReportHost, before: ReportHost | undefined): ReportHost {
  const points = [...(before?.points ?? []), ...host.points].slice(-MOST_POINTS);
  if (host.failure === undefined || before?.at === undefined) return { ...host, points };
  const { at, findings, causes, parts } = before;
  return { ...host, at, findings, causes, parts, points };
}
