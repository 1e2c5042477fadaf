import type { Script } from '@fairness-deploy/shell';

/** How something is: `warn` should be looked after, `fail` doesn't work. */
export type Level = 'ok' | 'warn' | 'fail';

/** What a check has found of one thing. */
export interface Finding {
  /** What it is about, such as a process: unique among the findings of the plugin. */
  readonly name: string;
  readonly level: Level;
  /** For people: what is the case. */
  readonly text: string;
  /** What to do about it: a command, or a line to change. */
  readonly hint?: string;
  /** For machines: what the text says. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Looks at what a plugin looks after on a host. */
export interface Check {
  /** What it looks at, for when it can't be read. */
  readonly name: string;
  /** Prints what there is, for `judge`; changes nothing. */
  readonly read: Script;
  /** What of it is well, and what isn't. Pure. */
  readonly judge: (output: string) => readonly Finding[];
}
