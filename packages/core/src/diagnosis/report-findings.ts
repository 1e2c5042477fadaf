import { REQUEST_ORDER } from '../plugin/layer.js';
import { reportHostEnd, type HostEnd, type OpenHost } from '../runner/on-hosts.js';
import { subjectOf, type SectionFinding } from '../runner/judge-checks.js';
import type { Run } from '../runner/run.js';

/** Reports a host's findings in the order in which a request meets them, and how the host ends with them. */
export function reportFindings(
  run: Run,
  open: OpenHost,
  findings: readonly SectionFinding[],
): HostEnd {
  const place = ({ layer }: SectionFinding): number => REQUEST_ORDER.indexOf(layer);
  const inOrder = findings.toSorted((one, other) => place(one) - place(other));
  for (const finding of inOrder) {
    run.reporter.report({ ...finding, type: 'check', host: open.host.name });
  }
  const end = endOf(inOrder);
  reportHostEnd(run, open, end);
  return end;
}

function endOf(findings: readonly SectionFinding[]): HostEnd {
  const named = (level: SectionFinding['level']): string =>
    findings
      .filter((finding) => finding.level === level)
      .map(subjectOf)
      .join(', ');
  const [failed, warned] = [named('fail'), named('warn')];
  if (failed !== '') return { outcome: 'failed', summary: `failing: ${failed}` };
  const summary = warned === '' ? 'no problems' : `no failures; warnings: ${warned}`;
  return { outcome: 'unchanged', summary };
}
