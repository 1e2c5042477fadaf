import type { JudgeRule } from './check.js';
import type { Layer } from './layer.js';
import type { Script } from '@fairness-deploy/shell';

/** A check that a host can make by itself. */
export interface WatchedCheck {
  /** The plugin's. */
  readonly section: string;
  readonly name: string;
  readonly layer: Layer;
  readonly read: Script;
  /** The most time that `read` may take. */
  readonly seconds: number;
  readonly rule: JudgeRule;
  /** The file with the function of the rule: see Plugin.judges. */
  readonly judges: string;
}
