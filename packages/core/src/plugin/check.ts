import type { Script } from '@fairness-deploy/shell';

/** `warn` needs attention, `fail` doesn't work. */
export const LEVELS = ['ok', 'warn', 'fail'] as const;
export type Level = (typeof LEVELS)[number];

/** A check's finding about one thing. */
export interface Finding {
  /** The thing, such as a process: unique among the findings of the plugin. */
  readonly name: string;
  readonly level: Level;
  /** For people: the state. */
  readonly text: string;
  /** What to do about it: a command, or a line to change. */
  readonly hint?: string;
  /** For machines: the data of the text. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** One question to a host and its judgement. */
export interface Check {
  /** The name of a finding when `read` fails. */
  readonly name: string;
  /** Prints state for `judge`; changes nothing. */
  readonly read: Script;
  /** Judges the output. Pure. */
  readonly judge: (output: string) => readonly Finding[];
}
