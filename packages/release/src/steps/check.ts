import { lines, sh, waitUntil, type Script } from '@fairness-deploy/shell';
import { startPath } from '../application/layout.js';
import { type Process } from '@fairness-deploy/core';
import { type ReleaseStep } from '../order/release-step.js';
import { processCheck } from '../scripts/process-check.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/** Waits until each process answers its health check, from the new release. */
export function checkSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.application.processes.map((process) => ({
    phase: 'check',
    name: `check ${process.name}`,
    run:
      spec.about.action === 'rollback'
        ? lines(unlessWithout(spec, process), check(spec, process))
        : check(spec, process),
  }));
}

/** An earlier release may lack a newer process, and then runs without it, as it did before. */
function unlessWithout({ layout, release }: ReleaseSpec, { name }: Process): Script {
  return sh`
    if [ ! -e ${startPath(layout, release.id, name)} ]; then
      printf '%s\n' ${`The release ${release.id} is older than the process ${name}, and goes live without it`}
      exit 0
    fi`;
}

function check(spec: ReleaseSpec, process: Process): Script {
  const { interval, deadline: seconds } = process.health;
  const begin = `Cannot release ${process.name}`;
  return sh`
    ${processCheck(spec, process)}
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
