import type { Run } from '@fairness-deploy/core/commands';
import { runStep } from '@fairness-deploy/core/commands';
import { HintedError, printable } from '@fairness-deploy/shell/text';
import { forgetTargets } from '../machine/machine-target.js';
import { orSandbox, type VagrantPlace } from '../program/start-vagrant.js';
import { runVagrant } from '../program/vagrant.js';
import { folderOf, machineOf, sectionOf } from '../section/section.js';

/** A host of the run, and its machine in the Vagrantfile. */
export interface HostMachine {
  readonly host: string;
  readonly machine: string;
}

/** Where Vagrant runs for an environment. */
export function placeOf({ environment }: Pick<Run, 'environment'>): VagrantPlace {
  return { folder: folderOf(environment), environment: environment.name };
}

/** The machines of the hosts that the command works on. */
export function machinesOf({ environment, hosts }: Pick<Run, 'environment' | 'hosts'>) {
  const section = sectionOf(environment);
  return hosts.map(({ name }): HostMachine => ({ host: name, machine: machineOf(section, name) }));
}

/**
 * Runs a command of Vagrant on the machines of the run, as a step. Its output is reported as it comes.
 *
 * @throws HintedError when it fails.
 */
export async function onMachines(
  run: Run,
  command: string,
  options: readonly string[] = [],
): Promise<void> {
  const machines = machinesOf(run).map(({ machine }) => machine);
  await runStep(run, { name: `vagrant ${command}` }, async () => {
    const { jobs, reporter } = run;
    const status = await jobs.untilDone(
      `vagrant ${command}`,
      runVagrant(placeOf(run), [command, ...options, ...machines], {
        tell: (line) => {
          reporter.report({ type: 'notice', text: printable(line) });
        },
        signal: jobs.signal,
      }),
    );
    forgetTargets();
    if (status === 0) return;
    const { name } = run.environment;
    throw new HintedError(`Cannot run vagrant ${command}: it has failed with ${String(status)}`, {
      hint: [
        `its output is above; to answer its questions, run it on this terminal: npx nx run ${name}:vagrant -- ${command}`,
        ...(command === 'up' ? otherWays(name) : []),
      ].join('\n'),
    });
  });
}

/** Its provider may not work on this machine. */
function otherWays(environment: string): readonly string[] {
  return [
    `or take another provider for a new VM: npx nx run ${environment}:up --provider=virtualbox`,
    orSandbox(environment),
  ];
}
