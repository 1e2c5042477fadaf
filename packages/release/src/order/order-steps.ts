/** Decides the order of a deployment's steps on a host, and what each of them waits for. */
import type { JobStep } from '@fairness-deploy/core/engine';
import { lasts, PHASES } from './phases.js';
import { PLACES, type ReleaseStep } from './release-step.js';

/** By phase, within a phase by place, and otherwise as they were given. */
export function orderSteps(steps: readonly ReleaseStep[]): readonly ReleaseStep[] {
  return steps.toSorted(
    (one, other) =>
      PHASES.indexOf(one.phase) - PHASES.indexOf(other.phase) || placeOf(one) - placeOf(other),
  );
}

function placeOf({ place = 'usual' }: ReleaseStep): number {
  return PLACES.indexOf(place);
}

/**
 * The steps of the job, of ordered ones. Each builds on all those before it; one that decides, on those
 * that decide: cleaning up may have failed before it.
 */
export function jobSteps(ordered: readonly ReleaseStep[]): readonly JobStep[] {
  const last = { deciding: [] as readonly number[], cleaning: [] as readonly number[] };
  return ordered.map((step, at) => {
    const { name, run, undo, onClient, clientOptional = false } = step;
    const afterwards = !decides(step);
    const after = afterwards ? [...last.deciding, ...last.cleaning] : last.deciding;
    last[afterwards ? 'cleaning' : 'deciding'] = [at];
    return {
      ...{ name, after, run, afterwards },
      ...(undo && { undo }),
      ...(onClient && { onClient, clientOptional }),
    };
  });
}

/** Whether a deployment is undone when a step of it fails. */
function decides({ phase, decides: also = false }: ReleaseStep): boolean {
  return also || !lasts(phase);
}
