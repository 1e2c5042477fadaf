import { describeHolder } from '../engine/lock.js';
import { readHost } from '../engine/read-host.js';
import { checksOf, judge, subjectOf } from '../runner/plugin-checks.js';
import { onEachHost } from '../runner/on-hosts.js';
import type { ExitCode, Run } from '../runner/run.js';
import { systemFinding } from '../runner/system-finding.js';

/** Shows the findings of the plugins' checks on each host. One round trip a host. */
export function status(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const checks = checksOf(run, host);
    const { holder, outputs, system } = await readHost(connection, {
      reads: checks.map(({ check }) => check.read),
    });
    if (holder) {
      const text = `a job is running: ${describeHolder(holder)}`;
      run.reporter.report({ type: 'notice', host: host.name, text });
    }
    const findings = [...systemFinding(system), ...judge(checks, outputs)];
    for (const finding of findings) {
      run.reporter.report({ ...finding, type: 'check', host: host.name });
    }
    const failed = findings.filter(({ level }) => level === 'fail');
    const warned = findings.filter(({ level }) => level === 'warn');
    if (failed.length > 0) {
      return { outcome: 'failed', summary: `failing: ${failed.map(subjectOf).join(', ')}` };
    }
    return {
      outcome: 'unchanged',
      summary:
        warned.length === 0
          ? 'no problems'
          : `no failures; warnings: ${warned.map(subjectOf).join(', ')}`,
    };
  });
}
