import { lines } from '@fairness-deploy/shell';
import type { Program } from '../application/program.js';
import type { ReleaseStep } from '../order/release-step.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { waitUntilWell } from './check.js';
import { settle } from './settle.js';

/**
 * Checks the exclusive workers, which the plugin that runs processes has just started in place of the
 * previous release's. A rollback does not wait until they have settled.
 */
export function handOverSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.release.programs
    .filter(({ exclusive }) => exclusive)
    .map((program) => checkHandedOver(spec, program));
}

/** Checks a worker that was just started in place of another one. */
export function checkHandedOver(spec: ReleaseSpec, program: Program): ReleaseStep {
  return {
    phase: 'handover',
    name: `check ${program.name}`,
    place: 'last',
    run: lines(
      waitUntilWell(spec, program),
      ...(program.health.settle > 0 && spec.about.action !== 'rollback'
        ? [settle(spec, program)]
        : []),
    ),
  };
}
