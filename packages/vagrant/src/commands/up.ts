import {
  pinning,
  stepOnEach,
  type CommonOptions,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { machineTarget } from '../machine/machine-target.js';
import { onMachines } from './on-machines.js';

/** What `up` takes. */
export interface UpOptions extends CommonOptions {
  /** Vagrant's provider, such as `libvirt`. Default: Vagrant chooses. */
  readonly provider?: string;
}

/**
 * Starts the VMs of the environment, those that aren't there yet from their box, and pins the host keys of
 * new ones: Vagrant has made them just now.
 *
 * @throws HintedError when Vagrant is not installed, or fails.
 */
export async function up(run: Run<UpOptions>): Promise<ExitCode> {
  const { provider } = run.options;
  await onMachines(run, 'up', provider === undefined ? [] : [`--provider=${provider}`]);
  const code = await reachEach(run);
  const { name, application } = run.environment;
  if (code === 0) {
    const next =
      application === undefined ? '' : `, npx nx run ${name}:tunnel, npx nx run ${name}:deploy`;
    run.reporter.report({ type: 'notice', text: `Next: npx nx run ${name}:provision${next}` });
  }
  return code;
}

/** Restarts the VMs, with the Vagrantfile as it is now. @throws HintedError when Vagrant fails. */
export async function reload(run: Run): Promise<ExitCode> {
  await onMachines(run, 'reload');
  return reachEach(run);
}

/** Logs in to each VM. Pins the key of one of which none is pinned; another key than the pinned one is refused. */
function reachEach(run: Run): Promise<ExitCode> {
  const transport = pinning(run.transport, true, ({ type, fingerprint }, { name }) => {
    const text = `Its host key ${type} ${fingerprint} is pinned until the VM is destroyed`;
    run.reporter.report({ type: 'notice', host: name, text });
  });
  const names = run.hosts.map(({ name }) => name);
  return stepOnEach(run, 'log in', names, async (name) => {
    const host = run.hosts.find((one) => one.name === name);
    if (!host) throw new RangeError(`Cannot find the host ${name}`);
    const target = await machineTarget(host, run.environment);
    const connection = await transport.connect({ name, sudo: false, ...target });
    await connection.close();
    const { user, address, port } = target;
    return { outcome: 'changed', summary: `up: ${user}@${address}:${String(port)}` };
  });
}
