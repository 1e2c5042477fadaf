import type { Script } from '@fairness-deploy/shell';
import type { Layer } from './layer.js';

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
  /** The lines that show it, such as the last ones of a log. */
  readonly evidence?: readonly string[];
  /** What to do about it: a command, or a line to change. */
  readonly hint?: string;
  /** The repair that corrects it: one of its check's {@link Check.repairs}. */
  readonly repair?: string;
  /** For machines: the data of the text. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The layer of the thing, where that is not the check's. */
  readonly layer?: Layer;
}

/** One question to a host and its judgement, for `status` and `doctor`. */
export interface Check {
  /** The name of a finding when `read` fails. */
  readonly name: string;
  /** What it looks at: a failure there explains failures of what rests on it. */
  readonly layer: Layer;
  /** Prints state for `judge`; changes nothing. It runs beside those of other checks. */
  readonly read: Script;
  /** The most time that `read` may take. Default: 10. */
  readonly seconds?: number;
  /** Judges the output. Pure. */
  readonly judge: (output: string) => readonly Finding[];
  /**
   * What `doctor --fix` can do about its findings, by what it does: `start nginx`. Each must be safe at any
   * time: it loses no data, and makes nothing worse.
   */
  readonly repairs?: Readonly<Record<string, Script>>;
}

/**
 * A question that the client answers itself, such as whether the site's name leads to the host. It runs
 * beside the checks of the hosts. `doctor` alone asks it.
 */
export interface ClientCheck {
  /** The name of a finding when `ask` fails. */
  readonly name: string;
  readonly layer: Layer;
  /**
   * Finds out what there is to know.
   *
   * @param signal is aborted when its time is over
   * @returns the findings, given those of the same plugin on the host
   */
  readonly ask: (
    signal: AbortSignal,
  ) => Promise<(onHost: readonly Finding[]) => readonly Finding[]>;
}
