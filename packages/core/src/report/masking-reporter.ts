import { maskerOf, type Secret } from '@fairness-deploy/secrets';
import type { ReportEvent, Reporter } from './event.js';

/** Makes the same value with `***` in its texts wherever a secret's value stands; keys stay. */
export type Mask = <T>(value: T) => T;

/**
 * A mask for secrets, in whatever form they stand. Very short values are not looked for: see
 * {@link maskerOf}.
 */
export function masking(secrets: readonly Secret[]): Mask {
  if (secrets.length === 0) return (value) => value;
  const mask = maskerOf(secrets);
  // Sound: texts become texts.
  return <T>(value: T) => mapStrings(value, mask) as T;
}

/** A reporter that masks all that is reported: what programs print on a host may hold secrets. */
export function maskingReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    report: (event) => {
      // Sound: the type stays what it is.
      reporter.report({ ...mask(event), type: event.type } as ReportEvent);
    },
  };
}

/** The same value with all its texts changed; keys stay. */
function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  );
}
