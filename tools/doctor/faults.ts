/** What may go wrong on a host, how a test lets it go wrong, and what `doctor` must name first. */
import { DATABASE_FAULTS } from './faults/database-faults.js';
import type { Fault } from './faults/fault.js';
import { MACHINE_FAULTS } from './faults/machine-faults.js';
import { PROCESS_FAULTS } from './faults/process-faults.js';
import { RELEASE_FAULTS } from './faults/release-faults.js';
import { SITE_FAULTS } from './faults/site-faults.js';

/** All that can be healed. */
export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...SITE_FAULTS,
  ...DATABASE_FAULTS,
  ...MACHINE_FAULTS,
  ...RELEASE_FAULTS,
];

/**
 * One of them, by its name.
 *
 * @throws RangeError when there is none.
 */
export function faultOf(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found) return found;
  throw new RangeError(`Cannot find the fault "${name}"`);
}
