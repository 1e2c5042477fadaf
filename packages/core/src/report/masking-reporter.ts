import { MASK, type Secret } from '@fairness-deploy/secrets';
import type { ReportEvent, Reporter } from './event.js';

/** Values of fewer characters stand in all sorts of text by accident: they aren't looked for. */
const SHORTEST = 4;

/**
 * Shows `***` in all texts of a value wherever a secret's value stands; keys stay. A secret of
 * several lines is looked for line by line as well, since output comes in lines.
 */
export function masking(secrets: readonly Secret[]): <T>(value: T) => T {
  const values = secrets
    .flatMap((secret) => [secret.reveal(), ...secret.reveal().split('\n')])
    .map((value) => value.trim())
    .filter((value) => value.length >= SHORTEST)
    // The longest first: one may be a part of another.
    .sort((one, other) => other.length - one.length);
  if (values.length === 0) return (value) => value;
  const mask = (text: string): string =>
    values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  // Sound: texts become texts.
  return <T>(value: T) => mapStrings(value, mask) as T;
}

/**
 * A reporter that shows `***` wherever a secret's value stands in what is reported: what
 * programs print on a host may hold any of them.
 */
export function maskingReporter(reporter: Reporter, secrets: readonly Secret[]): Reporter {
  const mask = masking(secrets);
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
