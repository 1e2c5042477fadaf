import { examineHost } from '../diagnosis/examine-host.js';
import { reportFindings } from '../diagnosis/report-findings.js';
import { exitCode, onHosts, workOnEach } from '../runner/on-hosts.js';
import type { ExitCode, Run } from '../runner/run.js';

/** Shows what there is to know of each host. One round trip a host. */
export async function status(run: Run): Promise<ExitCode> {
  const ends = await onHosts(run, 'go-on', (hosts) =>
    workOnEach(run, hosts, async (open) => {
      const { findings } = await examineHost(run, open);
      return reportFindings(run, open, findings);
    }),
  );
  return exitCode(run, ends);
}
