/** The disposable hosts of a rehearsal, of all drivers. */
import type { Rehearsed } from '../state/state-folder.js';
import { prepareSandbox, SANDBOX, type WantedDriver } from './sandbox-hosts.js';
import { sideBySide } from './side-by-side.js';
import type { DebianRelease, Report, StageDriver } from './stage-driver.js';
import { prepareVagrant, VAGRANT } from './vagrant-hosts.js';

/** Who shall run the hosts: the sandbox by one of its drivers, or Vagrant. */
export type WantedStageDriver = WantedDriver | 'vagrant';

const DRIVERS: readonly StageDriver[] = [SANDBOX, VAGRANT];

/**
 * Chooses who runs the hosts, and prepares this machine for them.
 *
 * @throws HintedError when nobody can run hosts here.
 */
export async function prepareMachine(
  wanted: WantedStageDriver,
  release: DebianRelease | undefined,
  report: Report,
): Promise<StageDriver> {
  return wanted === 'vagrant' ? prepareVagrant(report) : prepareSandbox(wanted, release, report);
}

/** Whether a rehearsal has hosts, running or not. */
export async function hasStageHosts(of: Rehearsed): Promise<boolean> {
  return (await Promise.all(DRIVERS.map((driver) => driver.has(of)))).includes(true);
}

/**
 * Removes all hosts of a rehearsal, whatever its environment says now.
 *
 * @throws Error that says what each host says that can't be removed; the others are removed.
 */
export async function removeStageHosts(of: Rehearsed): Promise<void> {
  await sideBySide(DRIVERS, (driver) => driver.remove(of));
}
