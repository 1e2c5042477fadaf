/** Decides the order of a deployment's steps on a host, and which earlier steps each needs. */
import type { JobStep } from '@fairness-deploy/core/engine';
import { isCleanup, PHASES } from './phases.js';
import { PLACES, type ReleaseStep } from './release-step.js';

/**
 * By phase, within a phase by place, and otherwise as they were given.
 *
 * @throws TypeError when there is no such phase or place: a plugin may be plain JavaScript.
 */
export function orderSteps(steps: readonly ReleaseStep[]): readonly ReleaseStep[] {
  for (const step of steps) refuseUnknown(step);
  return steps.toSorted(
    (one, other) =>
      PHASES.indexOf(one.phase) - PHASES.indexOf(other.phase) || placeOf(one) - placeOf(other),
  );
}

function refuseUnknown(step: ReleaseStep): void {
  const { name, phase, place = 'usual' } = step;
  const cannot = `Cannot order the step "${name}"`;
  if (!PHASES.includes(phase)) {
    throw new TypeError(`${cannot}: "${phase}" is no phase, these are ${PHASES.join(', ')}`);
  }
  if (!PLACES.includes(place)) {
    throw new TypeError(`${cannot}: "${place}" is no place, these are ${PLACES.join(', ')}`);
  }
}

function placeOf({ place = 'usual' }: ReleaseStep): number {
  return PLACES.indexOf(place);
}

/**
 * The steps of the job, of ordered ones. Each waits for all steps before it; a step that
 * is no cleanup step, for the others of this kind only: a cleanup step before it may have failed.
 */
export function jobSteps(ordered: readonly ReleaseStep[]): readonly JobStep[] {
  const last = { required: [] as readonly number[], cleanup: [] as readonly number[] };
  return ordered.map((step, at) => {
    const { name, run, undo, onClient, clientOptional = false } = step;
    const cleanup = !isRequired(step);
    const after = cleanup ? [...last.required, ...last.cleanup] : last.required;
    last[cleanup ? 'cleanup' : 'required'] = [at];
    return {
      ...{ name, after, run, cleanup },
      ...(undo && { undo }),
      ...(onClient && { onClient, clientOptional }),
    };
  });
}

/** Whether a deployment is undone when a step of it fails. */
function isRequired({ phase, required = false }: ReleaseStep): boolean {
  return required || !isCleanup(phase);
}
