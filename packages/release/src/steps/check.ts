import { sh, type Process, type ReleaseStep, type Script } from '@fairness-deploy/core';
import { processCheck } from './process-check.js';
import type { ReleaseSpec } from './release-spec.js';

/** Waits until each process answers its health check, from the new release. */
export function checkSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.application.processes.map((process) => ({
    phase: 'check',
    name: `check ${process.name}`,
    run: check(spec, process),
  }));
}

function check(spec: ReleaseSpec, process: Process): Script {
  const { interval, deadline } = process.health;
  const begin = `Cannot put ${process.name} on line`;
  return sh`
    ${processCheck(spec, process)}
    fd_end=$(($(date +%s) + ${Math.ceil(deadline)}))
    until fd_try; do
      if [ "$(date +%s)" -ge "$fd_end" ]; then
        [ -z "$fd_foreign" ] || fd_say ${begin}": $(fd_why); stop that, or choose another port"
        fd_say ${begin}": $(fd_why), after "${`${String(deadline)} s`}
      fi
      sleep ${String(interval)}
    done`;
}
