import { reportHostEnd, onHosts } from '../runner/on-hosts.js';
import { planHosts } from './plan-hosts.js';
import { type CommandOptions, type ExitCode, type Run } from '../runner/run.js';
import { wantedOf } from '../runner/plugins-on-host.js';

/** Shows what `provision` would change, and changes nothing. One round trip a host. */
export async function plan(run: Run<CommandOptions>): Promise<ExitCode> {
  const wanted = wantedOf(run, run.options);
  const plans = await onHosts(run, 'stop', (hosts) => planHosts(run, hosts, wanted));
  if (!plans) return 1;
  for (const { open, value } of plans) {
    const pending = value.changes.length;
    reportHostEnd(run, open, {
      outcome: pending === 0 ? 'unchanged' : 'pending',
      summary:
        pending === 0
          ? `nothing to change, ${String(value.resources.length)} resources are as described`
          : `${String(pending)} to change, ${String(value.resources.length - pending)} unchanged`,
    });
  }
  const pending = plans.some(({ value }) => value.changes.length > 0);
  return pending && run.options.detailedExitCode ? 2 : 0;
}
