/** What every host has, whatever runs on it: disks, memory, a clock, packages. */
import type { Check } from '../plugin/check.js';
import { clockCheck } from './clock-check.js';
import { diskCheck } from './disk-check.js';
import { loadCheck } from './load-check.js';
import { memoryCheck } from './memory-check.js';
import { updatesCheck } from './updates-check.js';

/** @param now the client's time, milliseconds since 1970 */
export function machineChecks(now: number): readonly Check[] {
  return [diskCheck, memoryCheck, loadCheck, clockCheck(now), updatesCheck];
}
