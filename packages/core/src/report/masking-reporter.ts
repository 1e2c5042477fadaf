import { maskerOf } from '@fairness-deploy/secrets';
import { printable } from '@fairness-deploy/shell/text';
import { type Secret } from '@fairness-deploy/shell/secret';
import type { Address } from '../resource/resource.js';
import type { ReportEvent, Reporter } from './event.js';
import { mapTexts } from './map-texts.js';

/**
 * Makes the same value with `***` in its texts in place of a secret's value. Keys stay, and so do
 * the words of our own, such as an event's type: no host chooses them.
 */
export type Mask = <T>(value: T) => T;

/** The keys of a value, at any depth, whose values are a fixed set of words. */
type WordKey<T> = T extends readonly (infer Item)[]
  ? WordKey<Item>
  : T extends object
    ? { [Key in keyof T & string]: WordKeyOf<Key, NonNullable<T[Key]>> }[keyof T & string]
    : never;
type WordKeyOf<Key, Value> = Value extends string
  ? string extends Value
    ? never
    : // An address is a text, too.
      Address extends Value
      ? never
      : Key
  : WordKey<Value>;

/**
 * The type makes a missing key a compile error. Names from the environment's files are words, too.
 */
const WORDS: Readonly<
  Record<
    | WordKey<ReportEvent>
    | 'command'
    | 'environment'
    | 'application'
    | 'section'
    | 'source'
    | 'host'
    | 'hosts',
    true
  >
> = {
  type: true,
  level: true,
  layer: true,
  action: true,
  kind: true,
  status: true,
  outcome: true,
  command: true,
  environment: true,
  application: true,
  host: true,
  source: true,
  section: true,
  hosts: true,
};

/**
 * A mask for secrets, in all their encodings. Very short values are not masked: see {@link
 * maskerOf}.
 */
export function masking(secrets: readonly Secret[]): Mask {
  if (secrets.length === 0) return (value) => value;
  const mask = throughControls(maskerOf(secrets));
  // Sound: texts become texts, and words stay what they are.
  return <T>(value: T) =>
    mapTexts(value, {
      text: (text, key) => (Object.hasOwn(WORDS, key) ? text : mask(text)),
    }) as T;
}

/**
 * Also masks text that shows a secret only after a terminal has interpreted the control characters
 * in it, such as the colours of a search.
 */
function throughControls(mask: (text: string) => string): (text: string) => string {
  return (text) => {
    const seen = printable(text);
    if (seen === text) return mask(text);
    const masked = mask(seen);
    return masked === seen ? mask(text) : masked;
  };
}

/** A reporter that masks all events: the output of a host's programs may hold secrets. */
export function maskingReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    report: (event) => {
      reporter.report(mask(event));
    },
  };
}
