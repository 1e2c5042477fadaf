import { MASK, type Secret } from '@fairness-deploy/secrets';
import type { ReportEvent, Reporter } from './event.js';

/** Values of fewer characters stand in all sorts of text by accident: they aren't looked for. */
const SHORTEST = 4;

/**
 * A reporter that shows `***` wherever a secret's value stands in what is reported: what
 * programs print on a host may hold any of them. A value of several lines is looked for line
 * by line as well, since output comes in lines.
 */
export function maskingReporter(reporter: Reporter, secrets: readonly Secret[]): Reporter {
  const values = secrets
    .flatMap((secret) => [secret.reveal(), ...secret.reveal().split('\n')])
    .map((value) => value.trim())
    .filter((value) => value.length >= SHORTEST)
    // The longest first: one may be a part of another.
    .sort((one, other) => other.length - one.length);
  if (values.length === 0) return reporter;
  const mask = (text: string): string =>
    values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  return {
    report: (event) => {
      // Sound: texts become texts, and the type stays what it is.
      reporter.report({
        ...(mapStrings(event, mask) as ReportEvent),
        type: event.type,
      } as ReportEvent);
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
