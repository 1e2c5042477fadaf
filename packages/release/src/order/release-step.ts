import type { OnClient } from '@fairness-deploy/core/engine';
import type { Script } from '@fairness-deploy/shell';
import type { Phase } from './phases.js';

/** One thing to do for a release on the host, as root, with `set -eu`. */
export interface ReleaseStep {
  readonly phase: Phase;
  /** What people see: `start api`. */
  readonly name: string;
  readonly run: Script;
  /** Where it comes within its phase; among the plugins' other steps unless given. */
  readonly place?: StepPlace;
  /** What happens on the client while the host waits, before `run`: see JobStep's onClient. */
  readonly onClient?: OnClient;
  /** Goes on without the client when that is gone: see JobStep's clientOptional. */
  readonly clientOptional?: boolean;
  /**
   * Of several hosts of a deployment, `onClient` is called for one alone: for the first that
   * gets to the step, and the others wait for its end; or for the last.
   */
  readonly onClientFor?: 'first-host' | 'last-host';
  /** Undoes it, and does no harm when there is nothing to undo: see JobStep's undo. */
  readonly undo?: Script;
  /** Of a step in a cleanup phase: when it fails, the deployment is undone all the same. */
  readonly required?: boolean;
}

/**
 * A step's place within its phase, in this order. At `before-all` and `after-all`, hosts wait for each
 * other. A step at `all-hosts-ready` runs when all of them have passed `after-all`.
 */
export const PLACES = [
  'before-all',
  'first',
  'usual',
  'last',
  'after-all',
  'all-hosts-ready',
] as const;
export type StepPlace = (typeof PLACES)[number];

/** A step of another plugin. Its other places are where hosts wait for each other, which release decides. */
export interface PluginStep extends Omit<ReleaseStep, 'place'> {
  readonly place?: 'first' | 'last';
}
