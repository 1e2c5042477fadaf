import type { Plugin } from '@fairness-deploy/core';
import { machineTarget } from './machine/machine-target.js';
import { vagrantSchema, type VagrantSection } from './section/section.js';
import { validate } from './section/validate.js';

/** The deployment plugin: the hosts of an environment with a section `vagrant` are VMs on this machine. */
export const plugin: Plugin<VagrantSection> = {
  section: 'vagrant',
  schema: vagrantSchema,
  validate,
  insecureKeys: 'allowed',
  target: machineTarget,
  // Disposable hosts take the place of the VMs: Vagrant is not asked for them.
  rehearsal: { isLeftOut: true },
};
