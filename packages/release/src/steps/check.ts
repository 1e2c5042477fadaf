import { sh, waitUntil, type Script } from '@fairness-deploy/shell';
import type { Program } from '../application/program.js';
import { type ReleaseStep } from '../order/release-step.js';
import { processCheck } from '../scripts/process-check.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Waits until each program of the new release is well. Exclusive workers start later, see handOverStep(). */
export function checkSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.release.programs
    .filter(({ exclusive }) => !exclusive)
    .map((program) => ({
      phase: 'check',
      name: `check ${program.name}`,
      run: waitUntilWell(spec, program),
    }));
}

/** Waits until a program is well, for as long as its health check allows. */
export function waitUntilWell(spec: ReleaseSpec, program: Program): Script {
  const { interval, deadline: seconds } = program.health;
  const begin = `Cannot release ${program.name}`;
  return sh`
    ${processCheck(spec, program)}
    ${waitUntil({
      until: sh`fd_try`,
      unless: sh`[ -n "$fd_ended" ]`,
      ...{ seconds, pause: interval },
      otherwise: sh`
        [ -z "$fd_ended" ] || fd_say ${begin}": $(fd_why)"
        [ -z "$fd_foreign" ] || fd_say ${begin}": $(fd_why)" 'stop that process, or choose another port'
        fd_say ${begin}": $(fd_why), after "${`${String(seconds)} s`}`,
    })}`;
}
