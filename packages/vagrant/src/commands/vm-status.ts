import type { ExitCode, Run } from '@fairness-deploy/core/commands';
import { columns, excerpt, HintedError } from '@fairness-deploy/shell/text';
import { parseError, parseStatus, type MachineStatus } from '../machine/status.js';
import { askVagrant } from '../program/vagrant.js';
import { machinesOf, placeOf, type HostMachine } from './on-machines.js';

/** Shows the state of the VMs. @throws HintedError when Vagrant does not tell it. */
export async function vmStatus(run: Run): Promise<ExitCode> {
  const machines = machinesOf(run);
  const { status, stdout, stderr } = await askVagrant(placeOf(run), [
    'status',
    ...machines.map(({ machine }) => machine),
    '--machine-readable',
  ]);
  if (status !== 0) {
    throw new HintedError(
      `Cannot read the state of the VMs: Vagrant fails: ${parseError(stdout) ?? excerpt(stderr)}`,
      { hint: `see what Vagrant knows: npx nx run ${run.environment.name}:vagrant -- status` },
    );
  }
  const found = parseStatus(stdout);
  const text = renderStatus(machines, found).trimEnd();
  run.reporter.report({ type: 'plugin', data: { type: 'vms', vms: found }, text });
  return 0;
}

/** A table for people, in the order of the hosts. */
export function renderStatus(
  machines: readonly HostMachine[],
  found: readonly MachineStatus[],
): string {
  const rows = machines.map(({ host, machine }) => {
    const { text = 'unknown', provider = '-' } = found.find((one) => one.machine === machine) ?? {};
    return [host, machine, text, provider];
  });
  return columns([['HOST', 'MACHINE', 'STATE', 'PROVIDER'], ...rows]);
}
