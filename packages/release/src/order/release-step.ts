import type { OnClient } from '@fairness-deploy/core/engine';
import type { Script } from '@fairness-deploy/shell';
import type { Phase } from './phases.js';

/** One step of a release on the host, as root, with `set -eu`. */
export interface ReleaseStep {
  readonly phase: Phase;
  /** The section of the plugin that adds it; release's own have none. */
  readonly section?: string;
  /** The name that people see: `start api`. */
  readonly name: string;
  readonly run: Script;
  /** Its place within its phase; default: among the plugins' other steps. */
  readonly place?: StepPlace;
  /** Work on the client while the host waits, before `run`: see JobStep's onClient. */
  readonly onClient?: OnClient;
  /** Continues without the client: see JobStep's clientOptional. */
  readonly clientOptional?: boolean;
  /**
   * With several hosts, `onClient` runs once: for the first host that gets to the step, and the
   * others wait until it ends; or for the last host.
   */
  readonly onClientFor?: 'first-host' | 'last-host';
  /** Undoes the step, and does no harm when there is nothing to undo: see JobStep's undo. */
  readonly undo?: Script;
  /** Whether each line of its output is reported, and not the last one alone while it runs. */
  readonly shown?: boolean;
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
export interface PluginStep extends Omit<ReleaseStep, 'place' | 'section'> {
  readonly place?: 'first' | 'last';
}
