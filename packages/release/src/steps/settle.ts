import { clock, sh, type Script } from '@fairness-deploy/shell';
import { type Process } from '@fairness-deploy/core';
import { type ReleaseStep } from '../order/release-step.js';
import { processCheck } from '../scripts/process-check.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * The kernel's ticks per second in /proc/<pid>/stat: always this value for users (proc(5),
 * USER_HZ).
 */
const TICKS_PER_SECOND = 100;

/**
 * Waits until each process has been up, and has answered, for `settle` seconds: many a mistake
 * shows only seconds after the start, and must not reach visitors.
 */
export function settleSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.application.processes
    .filter(({ health }) => health.settle > 0)
    .map((process) => ({
      phase: 'check',
      name: `settle ${process.name}`,
      run: settle(spec, process),
    }));
}

function settle(spec: ReleaseSpec, process: Process): Script {
  const { settle: seconds, interval } = process.health;
  const begin = `Cannot release ${process.name}`;
  return sh`
    ${processCheck(spec, process)}
    ${clock}
    fd_try || fd_say ${begin}": it was healthy, and now $(fd_why)"
    fd_clock
    fd_begun=$((fd_since * 100 / ${TICKS_PER_SECOND}))
    # A container may have a clock of its own, while process times are the machine's (lxcfs).
    [ "$fd_begun" -le "$fd_now" ] || fd_begun=$fd_now
    fd_end=$((fd_begun + ${Math.round(seconds * 100)}))
    while [ "$fd_now" -lt "$fd_end" ]; do
      sleep ${String(Math.min(interval, 0.5))}
      fd_try || fd_say ${begin}": it was healthy, and now $(fd_why)"
      fd_clock
    done`;
}
