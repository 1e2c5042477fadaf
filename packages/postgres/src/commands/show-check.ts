import { contextOf, onEachHost, type ExitCode, type Run } from '@fairness-deploy/core/commands';
import { readHost, requireOutput } from '@fairness-deploy/core/engine';
import type { PluginContext } from '@fairness-deploy/core';
import { layerCheck } from '../check/database-check.js';
import type { Section } from '../section/section.js';

const SECTION = 'postgres';

/** The findings about the database as each host sees it. One round trip a host. */
export function showCheck(run: Run): Promise<ExitCode> {
  return onEachHost(run, async ({ host, connection }) => {
    const plugin = run.plugins.find(({ section }) => section === SECTION) ?? { section: SECTION };
    // Sound: the plugin's own schema returned the section.
    const context = contextOf(run, plugin, host) as PluginContext<Section>;
    const { layer, read, judge } = layerCheck(context);
    const { outputs } = await readHost(connection, { reads: [read] });
    const findings = judge(requireOutput(outputs[0], `the database from ${host.name}`));
    for (const finding of findings) {
      run.reporter.report({ layer, ...finding, section: SECTION, type: 'check', host: host.name });
    }
    const failed = findings.filter(({ level }) => level === 'fail');
    return failed.length > 0
      ? { outcome: 'failed', summary: `failing: ${failed.map(({ name }) => name).join(', ')}` }
      : { outcome: 'unchanged', summary: 'no failures' };
  });
}
