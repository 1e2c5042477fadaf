import {
  checksOf,
  judge,
  onEachHost,
  readsOf,
  type ExitCode,
  type Run,
} from '@fairness-deploy/core/commands';
import { readHost } from '@fairness-deploy/core/engine';
import { describeCertificate } from '../status/describe-certificate.js';

/** The findings about the certificates of each host, in detail. One round trip a host. */
export function showStatus(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const checks = checksOf(run, host).filter(({ section }) => section === 'certbot');
    const { timedOutputs } = await readHost(connection, { timed: readsOf(checks) });
    const findings = judge(checks, timedOutputs);
    for (const finding of findings) {
      const text = [finding.text, ...describeCertificate(finding.data)].join('\n  ');
      run.reporter.report({ ...finding, text, type: 'check', host: host.name });
    }
    const failed = findings.filter(({ level }) => level === 'fail');
    return failed.length > 0
      ? { outcome: 'failed', summary: `failing: ${failed.map(({ name }) => name).join(', ')}` }
      : { outcome: 'unchanged', summary: 'no failures' };
  });
}
