import { maskerOf } from '@fairness-deploy/secrets';
import { printable } from '@fairness-deploy/shell/text';
import { type Secret } from '@fairness-deploy/shell/secret';
import type { Address } from '../resource/resource.js';
import type { ReportEvent, Reporter } from './event.js';
import { mapTexts } from './map-texts.js';

/**
 * Makes the same value with `***` in its texts wherever a secret's value stands. Keys stay, and
 * so do the words that programs go by, such as an event's type: they are ours, and no host's.
 */
export type Mask = <T>(value: T) => T;

/** The keys of a value, at any depth, under which there is one of a few words and no text. */
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

/** The type makes sure that none is missing. Names that the environment's files give are words, too. */
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
 * A mask for secrets, in whatever form they stand. Very short values are not looked for: see
 * {@link maskerOf}.
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
 * Masks also what shows a secret once a terminal has taken the control characters within it for
 * what they are: the colours of a search, say.
 */
function throughControls(mask: (text: string) => string): (text: string) => string {
  return (text) => {
    const seen = printable(text);
    if (seen === text) return mask(text);
    const masked = mask(seen);
    return masked === seen ? mask(text) : masked;
  };
}

/** A reporter that masks all that is reported: what programs print on a host may hold secrets. */
export function maskingReporter(reporter: Reporter, mask: Mask): Reporter {
  return {
    report: (event) => {
      reporter.report(mask(event));
    },
  };
}
