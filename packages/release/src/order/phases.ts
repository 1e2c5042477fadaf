/**
 * The order of a deployment on a host; the plugins add their steps to these. Before `activate`, no
 * step touches the live release: the new one starts beside it, in the free colour. `activate`
 * switches the traffic, and `confirm` asks the new release through it. `handover` replaces the workers
 * that must not overlap. Then the previous release's requests end (`drain`), and its processes stop
 * (`stop`).
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
  'handover',
  'drain',
  'stop',
  'clean',
] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Whether the release is live in a phase and nobody can cancel its deployment: from `drain` on. When a
 * step fails there, the release stays live, unless the step is `required` (ReleaseStep).
 */
export function isCleanup(phase: Phase): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf('drain');
}

/** Whether several hosts go through a phase together: from `confirm` on. They meet at its end. */
export function hostsWaitForEachOther(phase: Phase): boolean {
  return PHASES.indexOf(phase) >= PHASES.indexOf('confirm');
}
