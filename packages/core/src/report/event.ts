import type { Difference } from '../resource/difference.js';
import type { Action, Address } from '../resource/resource.js';
import type { LogLevel } from '../plugin/log-line.js';
import type { Level } from '../plugin/check.js';
import type { Layer } from '../plugin/layer.js';
import type { StepStatus } from '../engine/job-progress.js';
import type { Traffic } from '@fairness-deploy/shell';

/** A change, for people and machines. */
export interface ReportedChange {
  readonly address: Address;
  readonly action: Action;
  readonly differences: readonly Difference[];
}

/** The data of a plugin's own event, such as release's `history`. */
export interface PluginEvent {
  /** No type of {@link ReportEvent}. */
  readonly type: string;
  readonly [key: string]: unknown;
}

/**
 * The events of a command, in the order in which they happen. With `--json`, one line of JSON each;
 * times are in milliseconds.
 */
export type ReportEvent =
  | {
      readonly type: 'started';
      readonly command: string;
      readonly environment: string;
      readonly hosts: readonly string[];
    }
  | {
      readonly type: 'connected';
      readonly host: string;
      readonly address: string;
      readonly milliseconds: number;
    }
  /** Lines of facts, for people. */
  | {
      readonly type: 'facts';
      readonly host: string;
      readonly facts: Readonly<Record<string, string>>;
    }
  | {
      readonly type: 'plan';
      readonly host: string;
      readonly changes: readonly ReportedChange[];
      readonly unchanged: number;
    }
  /** Without a host, a step on this machine. */
  | { readonly type: 'step-started'; readonly host?: string; readonly name: string }
  | {
      readonly type: 'step-ended';
      readonly host?: string;
      readonly name: string;
      readonly status: StepStatus;
      readonly milliseconds: number;
    }
  /** The last line that a running step printed. */
  | {
      readonly type: 'step-output';
      readonly host: string;
      readonly name: string;
      readonly line: string;
    }
  | { readonly type: 'undo'; readonly host: string; readonly name: string }
  /**
   * A finding of a plugin's check: people read `text` and `hint`, `data` says the same to machines.
   */
  | {
      readonly type: 'check';
      readonly host: string;
      readonly section: string;
      readonly name: string;
      /** What it is about, for `doctor`: a failure there explains those of what rests on it. */
      readonly layer: Layer;
      readonly level: Level;
      readonly text: string;
      /** The lines that show it. */
      readonly evidence?: readonly string[];
      readonly hint?: string;
      /** What `doctor --fix` would do. */
      readonly repair?: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  /**
   * A failure that no other one explains; without any failure, a warning. The first one is the most
   * fundamental.
   */
  | {
      readonly type: 'cause';
      readonly host?: string;
      readonly section: string;
      readonly name: string;
      readonly layer: Layer;
      readonly level: Level;
      readonly text: string;
      readonly evidence?: readonly string[];
      readonly hint?: string;
      /** The failures that it may explain, as people read them. */
      readonly explains: readonly string[];
    }
  /**
   * A line of a log. Where they are known: its time in ISO 8601, its level, its message alone, and the rest of a line
   * of JSON.
   */
  | {
      readonly type: 'log';
      readonly host: string;
      readonly section: string;
      readonly source: string;
      readonly line: string;
      readonly time?: string;
      readonly level?: LogLevel;
      readonly message?: string;
      readonly data?: Readonly<Record<string, string>>;
    }
  /** An event of a plugin: machines get `data` as the event, people read `text`. */
  | {
      readonly type: 'plugin';
      readonly host?: string;
      readonly data: PluginEvent;
      readonly text: string;
    }
  | { readonly type: 'notice'; readonly host?: string; readonly text: string }
  /** A failure; `details` is the host's output about it, `hint` what to do. */
  | {
      readonly type: 'failure';
      readonly host?: string;
      readonly message: string;
      readonly details?: string;
      readonly hint?: string;
    }
  /** How a command ended on a host, and what to do about it. */
  | {
      readonly type: 'host-ended';
      readonly host: string;
      readonly outcome: Outcome;
      readonly summary: string;
      readonly hint?: string;
      readonly milliseconds: number;
      readonly traffic?: Traffic;
    }
  /** `--watch` begins once more; ISO 8601. */
  | { readonly type: 'again'; readonly at: string }
  | { readonly type: 'ended'; readonly success: boolean; readonly milliseconds: number };

/** `pending`: a plan found changes. `unknown`: the connection was lost while a job ran there. */
export type Outcome = 'unchanged' | 'changed' | 'pending' | 'failed' | 'unknown';

/** Takes events as they happen. */
export interface Reporter {
  report(event: ReportEvent): void;
}
