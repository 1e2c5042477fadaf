import { causesOf, type HostFinding } from '../diagnosis/causes.js';
import { askFromClient } from '../diagnosis/client-findings.js';
import { examineHost } from '../diagnosis/examine-host.js';
import { reportFindings } from '../diagnosis/report-findings.js';
import { onHosts, workOnEach, type OpenHost } from '../runner/on-hosts.js';
import { subjectOf } from '../runner/plugin-checks.js';
import type { ExitCode, Run } from '../runner/run.js';

/**
 * Examines the environment along the way of a request, from the client to the database, and says which
 * failure explains the others. Changes nothing. One round trip a host.
 */
export async function doctor(run: Run): Promise<ExitCode> {
  const examined = await onHosts(run, 'go-on', (hosts) =>
    workOnEach(run, hosts, async (open) => {
      const findings = await examine(run, open);
      reportFindings(run, open, findings);
      return findings;
    }),
  );
  const findings = (examined ?? []).flatMap(({ value }) => value);
  const causes = causesOf(findings);
  for (const { finding, explains } of causes) {
    const { host, section, name, layer } = finding;
    run.reporter.report({
      ...{ type: 'cause', section, name, layer },
      ...(host !== undefined && { host }),
      text: finding.text,
      ...(finding.evidence && { evidence: finding.evidence }),
      ...(finding.hint !== undefined && { hint: finding.hint }),
      explains: explains.map(subjectOf),
    });
  }
  return causes.length === 0 && examined?.length === run.hosts.length ? 0 : 1;
}

/** The client asks while the host answers. */
async function examine(run: Run, open: OpenHost): Promise<readonly HostFinding[]> {
  const { host, connection } = open;
  const [onHost, judge] = await Promise.all([
    examineHost(run, open),
    askFromClient(run, host, connection.target),
  ]);
  return [
    // The client's own: they rest on all hosts.
    ...judge(onHost),
    ...onHost.map((finding) => ({ ...finding, host: host.name })),
  ];
}
