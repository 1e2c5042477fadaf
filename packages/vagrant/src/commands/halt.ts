import type { ExitCode, Run } from '@fairness-deploy/core/commands';
import { onMachines } from './on-machines.js';

/** Shuts the VMs down; they keep their disks. @throws HintedError when Vagrant fails. */
export async function halt(run: Run): Promise<ExitCode> {
  await onMachines(run, 'halt');
  return 0;
}
