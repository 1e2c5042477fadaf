/** The section `vagrant`, and what follows from it. */
import { resolve } from 'node:path';
import { z, type Environment } from '@fairness-deploy/core';

/** The section `vagrant` of environment.yaml: the hosts are VMs on the developer's machine. */
export type VagrantSection = Readonly<z.output<typeof vagrantSchema>>;

/** A word for Vagrant's command line: no option, no `/pattern/`. */
const MACHINE = /^[A-Za-z0-9][\w.-]{0,62}$/;
const EXPECTED = 'expected a name of letters, digits, ".", "_" and "-"';

export const vagrantSchema = z
  .strictObject({
    folder: z
      .string({ error: 'expected the path of a folder' })
      .min(1, 'expected the path of a folder')
      .default('vagrant')
      .describe("The folder of the Vagrantfile, from the workspace's root. Default: vagrant."),
    machines: z
      .record(z.string(), z.string({ error: EXPECTED }).regex(MACHINE, EXPECTED))
      .default({})
      .describe(
        "The names of the hosts' machines in the Vagrantfile, where they have others than the hosts.",
      ),
  })
  .describe(
    "The hosts of the environment are VMs of Vagrant on the developer's machine. An empty section is enough: vagrant: {}.",
  );

/** The section of an environment that has it. */
export function sectionOf({ sections }: Pick<Environment, 'sections'>): VagrantSection {
  // Sound: the plugin's own schema returned it.
  return sections['vagrant'] as VagrantSection;
}

/** The folder of the Vagrantfile, absolute. */
export function folderOf(environment: Pick<Environment, 'sections' | 'workspace'>): string {
  return resolve(environment.workspace, sectionOf(environment).folder);
}

/** The name of a host's machine in the Vagrantfile. */
export function machineOf({ machines }: VagrantSection, host: string): string {
  return Object.hasOwn(machines, host) ? (machines[host] ?? host) : host;
}

/** Whether Vagrant can be given the name. */
export function isMachineName(name: string): boolean {
  return MACHINE.test(name);
}
