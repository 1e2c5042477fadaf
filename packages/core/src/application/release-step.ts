import type { OnClient } from '../engine/job.js';
import type { Script } from '../script/sh.js';

/**
 * The order of a deployment on a host; the plugins add their steps to these. Up to `check`
 * the live release is left alone: the new one starts beside it, in the colour that is free.
 * `activate` moves the traffic. What runs then is looked at once more (`confirm`). From then on
 * nothing is taken back, on none of the hosts: the old release's requests come to their end
 * (`drain`), and its processes are stopped (`stop`).
 */
export const PHASES = [
  'fetch',
  'install',
  'build',
  'migrate',
  'start',
  'check',
  'activate',
  'confirm',
  'drain',
  'stop',
  'clean',
] as const;
export type Phase = (typeof PHASES)[number];

/** From these on a release stays on line, whatever becomes of their steps: they have no undo. */
export const LASTING_PHASES: readonly Phase[] = ['drain', 'stop', 'clean'];

/** One thing to do for a release on the host, as root, with `set -eu`. */
export interface ReleaseStep {
  readonly phase: Phase;
  /** What people see: `start api`. */
  readonly name: string;
  readonly run: Script;
  /** Before or behind all others of its phase. */
  readonly place?: 'first' | 'last';
  /** What happens on the client while the host waits, before `run`: see JobStep's onClient. */
  readonly onClient?: OnClient;
  /** Goes on without the client when that is gone: see JobStep's clientOptional. */
  readonly clientOptional?: boolean;
  /**
   * Of several hosts of a deployment, `onClient` is called for one alone: for the first that
   * gets to the step, and the others wait for its end; or for the last.
   */
  readonly once?: 'first' | 'last';
  /** Takes it back, and does no harm when there is nothing to take back: see JobStep's undo. None in LASTING_PHASES. */
  readonly undo?: Script;
}
