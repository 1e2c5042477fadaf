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
  /** The same for a host that judges itself: see {@link judgedBy}. Without it, nothing watches the check. */
  readonly rule?: JudgeRule;
  /**
   * What `doctor --fix` can do about its findings, by what it does: `start nginx`. Each must be safe at any
   * time: it loses no data, and makes nothing worse.
   */
  readonly repairs?: Readonly<Record<string, Script>>;
}

/** A judge that a host can call. */
export interface JudgeRule {
  /** The function's own name, under which the plugin's module of judges exports it. */
  readonly name: string;
  /** Its second argument: plain JSON, without secrets. */
  readonly about: unknown;
}

/** Judges what a check has read. Pure. */
export type Judge<About> = (output: string, about: About) => Finding | readonly Finding[];

/**
 * The part of a check that judges, by a function that a host can call as well.
 *
 * @param judge one of the plugin's `judges`
 * @param about what it needs to know of the environment: plain JSON, without secrets
 */
export function judgedBy(judge: Judge<undefined>): Pick<Check, 'judge' | 'rule'>;
export function judgedBy<About>(judge: Judge<About>, about: About): Pick<Check, 'judge' | 'rule'>;
export function judgedBy(judge: Judge<never>, about?: unknown): Pick<Check, 'judge' | 'rule'> {
  return {
    // Sound: the signatures above take only what the function takes.
    judge: (output) => [judge(output, about as never)].flat(),
    rule: { name: judge.name, about: about ?? null },
  };
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
