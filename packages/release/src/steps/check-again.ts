import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import type { Program } from '../application/program.js';
import { type ReleaseStep } from '../order/release-step.js';
import { awaitPrevious } from '../scripts/previous-release.js';
import { processCheck } from '../scripts/process-check.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * Seconds that a process may take to answer again: a busy one may be slow, a dead one stays dead.
 */
const ANSWER_TIMEOUT_SECONDS = 10;

/**
 * Checks the new release again once it has the traffic: before the previous one stops, after that,
 * and when all else is done. Each program must be the one that was checked, and be well. Otherwise
 * traffic returns to the previous release: many a release dies under its first requests.
 */
export function checkAgainSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  const run = lines(...spec.release.programs.map((program) => again(spec, program)));
  const common = { run, place: 'last', required: true } as const;
  return [
    // Runs after the previous release has started again, and before traffic switches back.
    { ...common, phase: 'drain', name: 'check again', undo: awaitPrevious(spec) },
    { ...common, phase: 'stop', name: 'check alone' },
    { ...common, phase: 'clean', name: 'check at the end' },
  ];
}

function again(spec: ReleaseSpec, program: Program): Script {
  const { release } = spec;
  return sh`
    (
    ${processCheck(spec, program)}
    ${waitUntil({
      until: sh`fd_try`,
      unless: sh`[ -n "$fd_ended" ]`,
      ...{ seconds: ANSWER_TIMEOUT_SECONDS, pause: 0.2 },
      otherwise: sh`fd_say ${`Cannot keep ${release.id}: ${program.name} was well when it got the traffic, and now`}" $(fd_why)"`,
    })}
    )`;
}
