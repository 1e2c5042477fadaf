import { onEachHost } from './on-hosts.js';
import { readReleases } from './read-releases.js';
import type { ExitCode, Run } from './run.js';
import { deployingPlugin } from './run-release.js';

/** How many deployments are shown. */
const SHOWN = 20;

/** Shows the last deployments of each host: who, when, from where, what, how it ended. One round trip a host. */
export function history(run: Run): Promise<ExitCode> {
  const deploying = deployingPlugin(run);
  const { deployer } = deploying;
  return onEachHost(run, async (open) => {
    const output = await readReleases(run, open, deploying);
    const records = deployer.history(output);
    const shown = records.slice(-SHOWN);
    const running = deployer.running(output);
    run.reporter.report({
      type: 'history',
      host: open.host.name,
      records: shown,
      ...(running !== undefined && { running }),
    });
    return {
      outcome: 'unchanged',
      summary:
        records.length === 0
          ? 'nothing was deployed yet'
          : `${String(shown.length)} of ${String(records.length)} deployments, the newest last`,
    };
  });
}
