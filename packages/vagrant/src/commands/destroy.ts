import {
  approve,
  type CommonOptions,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { machinesOf, onMachines } from './on-machines.js';

/** What `destroy` takes. */
export interface DestroyOptions extends CommonOptions {
  /** Remove them without asking. */
  readonly yes?: boolean;
}

/**
 * Removes the VMs with their disks, and forgets their host keys, which are in Vagrant's folder of the VM.
 *
 * @throws HintedError when Vagrant fails, or there is no terminal to ask on.
 */
export async function destroy(run: Run<DestroyOptions>): Promise<ExitCode> {
  const { environment, options, reporter } = run;
  const names = machinesOf(run).map(({ machine }) => machine);
  const agreed =
    options.yes === true ||
    (await approve(
      `Remove the VM ${names.join(', ')} of ${environment.name} and all that is on it`,
      {
        message: `Cannot run destroy on ${environment.name}: it waits for approval, and there is no terminal to ask on`,
        hint: `to do it without asking: npx nx run ${environment.name}:destroy --yes`,
      },
    ));
  if (!agreed) {
    reporter.report({ type: 'notice', text: 'Nothing was changed.' });
    return 1;
  }
  await onMachines(run, 'destroy', ['--force']);
  return 0;
}
