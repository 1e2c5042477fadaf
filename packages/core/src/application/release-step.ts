import type { OnClient } from '../engine/job.js';
import type { Script } from '@fairness-deploy/shell';

/**
 * The order of a deployment on a host; the plugins add their steps to these. Up to `check`
 * the live release is left alone: the new one starts beside it, in the colour that is free.
 * `activate` switches the traffic, and `confirm` asks the new release through it. Then the previous
 * release's requests end (`drain`), and its processes stop (`stop`).
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

/**
 * In these phases the release is live and nobody can cancel its deployment. When one of their steps
 * fails, the release stays live, unless the step is one that decides ({@link ReleaseStep.decides}).
 */
export const LASTING_PHASES: readonly Phase[] = ['drain', 'stop', 'clean'];

/** Whether a deployment is undone when a step of it fails. */
export function decides({ phase, decides: also = false }: ReleaseStep): boolean {
  return also || !LASTING_PHASES.includes(phase);
}

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
  /** Undoes it, and does no harm when there is nothing to undo: see JobStep's undo. */
  readonly undo?: Script;
  /** Of a step in one of {@link LASTING_PHASES}: when it fails, the deployment is undone all the same. */
  readonly decides?: boolean;
}
