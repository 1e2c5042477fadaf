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
  // A rehearsal has hosts of its own.
  rehearsal: {
    isLeftOut: true,
    leavesOut: () => [
      'the VMs of Vagrant: their box, and the memory and disks that the Vagrantfile gives them',
    ],
  },
};
