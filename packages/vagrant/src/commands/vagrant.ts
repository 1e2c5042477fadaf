import type { CommonOptions, LocalRun } from '@fairness-deploy/core/commands';
import { HintedError } from '@fairness-deploy/shell/text';
import { vagrantOnTerminal } from '../program/vagrant.js';
import { placeOf } from './on-machines.js';

/** The words for Vagrant. */
export interface PassedOn extends CommonOptions {
  readonly words: readonly string[];
}

/**
 * Runs any command of Vagrant on this terminal, in the folder of the Vagrantfile.
 *
 * @returns its exit status.
 * @throws HintedError when there are no words for it, or it is not installed.
 */
export async function passOn({ load, options, place }: LocalRun<PassedOn>): Promise<number> {
  const { words } = options;
  const run = await load();
  if (words.length === 0) {
    throw new HintedError('Cannot run Vagrant: it is not said what', {
      hint: `npx nx run ${place.environment}:vagrant -- snapshot list`,
    });
  }
  return run.jobs.untilDone(`vagrant ${words[0] ?? ''}`, vagrantOnTerminal(placeOf(run), words));
}
