import type { ExitCode, Run } from '@fairness-deploy/core/commands';
import { judge, onEachHost } from '@fairness-deploy/core/commands';
import { readHost } from '@fairness-deploy/core/engine';
import { lineagesOf } from '../section/lineages.js';
import type { Section } from '../section/section.js';
import { describeCertificate } from '../status/describe-certificate.js';
import { checks } from '../status/checks.js';

/** The findings about the certificates of each host, in detail. One round trip a host. */
export function showStatus(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const { environment, reporter } = run;
    // Sound: the plugin's own schema returned it.
    const section = environment.sections['certbot'] as Section;
    const all = checks(lineagesOf(section, environment)).map((check) => ({
      ...{ section: 'certbot', check },
    }));
    const { outputs } = await readHost(connection, { reads: all.map(({ check }) => check.read) });
    const findings = judge(all, outputs);
    for (const finding of findings) {
      const text = [finding.text, ...describeCertificate(finding.data)].join('\n  ');
      reporter.report({ ...finding, text, type: 'check', host: host.name });
    }
    const failed = findings.filter(({ level }) => level === 'fail');
    return failed.length > 0
      ? { outcome: 'failed', summary: `failing: ${failed.map(({ name }) => name).join(', ')}` }
      : { outcome: 'unchanged', summary: 'no failures' };
  });
}
