import {
  frontOptions,
  localExecutor,
  type EnvironmentExecutor,
  type GivenOptions,
} from '@fairness-deploy/core/commands';
import { VAGRANT } from '../../../commands/vagrant-commands.js';

const KNOWN = {} as const;
const run = localExecutor(VAGRANT);

/** Nx takes options of Vagrant for its own: the words are used as they are. */
const executor: EnvironmentExecutor<GivenOptions<typeof KNOWN>> = (options, execution) =>
  run({ words: frontOptions(options, KNOWN).words }, execution);

export default executor;
