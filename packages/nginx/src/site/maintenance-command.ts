import { hostname } from 'node:os';
import { applicationOf } from '@fairness-deploy/core';
import {
  type CommandContext,
  type CommonOptions,
  type HostCommand,
  type HostEnd,
} from '@fairness-deploy/core/commands';
import { printedError } from '@fairness-deploy/shell/text';
import { localUser, sh, type Script } from '@fairness-deploy/shell';
import { readMaintenance, switchOff, switchOn } from './maintenance.js';
import { sitesOf, type Section } from '../section/section.js';

/** Options of `maintenance`; without `on` and `off` it shows the state. */
export interface MaintenanceOptions extends CommonOptions {
  readonly on?: boolean;
  readonly off?: boolean;
}

type Context = CommandContext<Section, MaintenanceOptions>;

/** Switches the maintenance page on or off, without a reload; two round trips a host. */
export const maintenanceCommand: HostCommand<Section, MaintenanceOptions> = {
  name: 'maintenance',
  section: 'nginx',
  withoutSecrets: true,
  validate({ on = false, off = false }, { name }) {
    if (on && off) {
      throw new Error(
        `Cannot switch the maintenance page of ${name}: --on and --off contradict each other`,
      );
    }
  },
  isReadOnly: ({ on = false, off = false }) => !on && !off,
  async run(context: Context): Promise<HostEnd> {
    const { connection, environment } = context;
    const application = applicationOf(environment);
    const { status, stdout, stderr } = await connection.run(sh`
      ( set -eu
      ${readMaintenance(application)}
      ) && printf '\n' && ( set -eu
      ${change(context)}
      ) </dev/null`);
    if (status !== 0) {
      throw printedError(
        stderr.trim() || `Cannot look for the maintenance page: status ${String(status)}`,
      );
    }
    return endOf(context.options, stdout.toString('utf8').trim());
  },
};

function change({ environment, section, options }: Context): Script {
  const application = applicationOf(environment);
  if (options.on) {
    const about = `${new Date().toISOString()}, by ${localUser()}@${hostname()}`;
    return switchOn(application, sitesOf(application, section), about);
  }
  return options.off ? switchOff(application) : sh`:`;
}

/** @param before since when it was on and by whom; empty when it was off */
function endOf({ on = false, off = false }: MaintenanceOptions, before: string): HostEnd {
  if (before === '') {
    return on
      ? { outcome: 'changed', summary: 'the maintenance page is on' }
      : { outcome: 'unchanged', summary: `the maintenance page is off${off ? ' already' : ''}` };
  }
  return off
    ? { outcome: 'changed', summary: `the maintenance page is off; it was on since ${before}` }
    : { outcome: 'unchanged', summary: `the maintenance page is on since ${before}` };
}
