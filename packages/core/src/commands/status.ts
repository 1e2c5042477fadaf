import { setTimeout as sleep } from 'node:timers/promises';
import { examineHost } from '../diagnosis/examine-host.js';
import { reportFindings } from '../diagnosis/report-findings.js';
import { exitCode, onHosts, workOnEach, type OpenHost } from '../runner/on-hosts.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';

/** Seconds between two times with `--watch`. */
const WATCH_SECONDS = 5;

/**
 * Shows what there is to know of each host; with `watch` again and again, until the user ends it. One round
 * trip a host each time.
 */
export async function status(run: Run<CommandOptions>): Promise<ExitCode> {
  for (;;) {
    const code = await onHosts(run, 'go-on', async (hosts) => {
      let once = await showOnce(run, hosts);
      // A host that was lost, or not reached, is connected to again.
      while (run.options.watch && once.length === run.hosts.length) {
        await pause(run);
        once = await showOnce(run, hosts);
      }
      return exitCode(run, once);
    });
    if (!run.options.watch) return code ?? 1;
    await pause(run);
  }
}

function showOnce(run: Run, hosts: readonly OpenHost[]) {
  return workOnEach(run, hosts, async (open) => {
    const { findings } = await examineHost(run, open);
    return reportFindings(run, open, findings);
  });
}

/** The next time begins on a clean screen. */
async function pause(run: Run): Promise<void> {
  await sleep(WATCH_SECONDS * 1000);
  run.reporter.report({ type: 'again', at: new Date().toISOString() });
}
