import { onEachHost, type ExitCode, type Run } from '@fairness-deploy/core/commands';
import { runningRelease } from '../host/state.js';
import { describeHistory } from './describe-history.js';
import { readReleases } from './read-releases.js';

/** How many deployments are shown. */
const SHOWN = 20;

/** Shows the last deployments of each host: who, when, from where, what, how it ended. One round trip a host. */
export function history(run: Run): Promise<ExitCode> {
  return onEachHost(run, async (open) => {
    const { host } = open;
    const { state } = await readReleases(run, open);
    const recent = state.history.slice(-SHOWN);
    // Short secrets could be guessed from the digests.
    const hidden = { configuration: undefined, build: undefined };
    const records = recent.map((record) => ({ ...record, ...hidden }));
    const running = runningRelease(state)?.release;
    run.reporter.report({
      ...{ type: 'plugin', host: host.name },
      data: {
        ...{ type: 'history', host: host.name, records },
        ...(running !== undefined && { running }),
      },
      text: describeHistory(recent, running),
    });
    const all = state.history.length;
    return {
      outcome: 'unchanged',
      summary:
        all === 0
          ? 'nothing was deployed yet'
          : `${String(records.length)} of ${String(all)} deployments, the newest last`,
    };
  });
}
