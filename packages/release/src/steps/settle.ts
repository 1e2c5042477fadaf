import { clock, sh, type Script } from '@fairness-deploy/shell';
import type { Program } from '../application/program.js';
import { type ReleaseStep } from '../order/release-step.js';
import { processCheck } from '../scripts/process-check.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';

/**
 * The kernel's ticks per second in /proc/<pid>/stat: always this value for users (proc(5),
 * USER_HZ).
 */
const TICKS_PER_SECOND = 100;

/**
 * Waits until each program has been up, and well, for `settle` seconds: many a mistake shows only
 * seconds after the start, and must not reach visitors. Exclusive workers start later, see
 * handOverStep().
 */
export function settleSteps(spec: ReleaseSpec): readonly ReleaseStep[] {
  return spec.release.programs
    .filter(({ health, exclusive }) => health.settle > 0 && !exclusive)
    .map((program) => ({
      phase: 'check',
      name: `settle ${program.name}`,
      run: settle(spec, program),
    }));
}

/** Waits until a program has been up, and well, for `settle` seconds. */
export function settle(spec: ReleaseSpec, program: Program): Script {
  const { settle: seconds, interval } = program.health;
  const begin = `Cannot release ${program.name}`;
  return sh`
    ${processCheck(spec, program)}
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
