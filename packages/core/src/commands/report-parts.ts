import type { ScriptOutput } from '../engine/script-output.js';
import type { TimedRead } from '../engine/timed-reads.js';
import type { Host } from '../inventory/environment.js';
import { askPlugin } from '../plugin/ask-plugin.js';
import type { ReportPart, ReportSource } from '../plugin/report-part.js';
import { sh } from '@fairness-deploy/shell';
import type { SectionFinding } from '../runner/judge-checks.js';
import { contextOf, pluginsOn } from '../runner/plugins-on-host.js';
import type { Run } from '../runner/run.js';

/** Seconds that a plugin's read may take. */
const READ_SECONDS = 10;

/** What a plugin adds to the report about a host. */
interface SectionSource {
  readonly section: string;
  readonly source: ReportSource;
}

/** What all plugins add. */
export function sourcesOn(run: Run, host: Host): readonly SectionSource[] {
  return pluginsOn(run, host).flatMap((plugin) => {
    const { section } = plugin;
    const source = askPlugin(section, 'its function "report"', () =>
      plugin.report?.(contextOf(run, plugin, host)),
    );
    return source ? [{ section, source }] : [];
  });
}

/** Their questions to the host; {@link partsOf} takes the answers. */
export function readsFor(sources: readonly SectionSource[]): readonly TimedRead[] {
  return sources.map(({ source }) => ({ script: source.read ?? sh`:`, seconds: READ_SECONDS }));
}

/** The parts of all plugins, in their order. */
export function partsOf(
  sources: readonly SectionSource[],
  outputs: readonly ScriptOutput[],
  findings: readonly SectionFinding[],
): readonly ReportPart[] {
  return sources.flatMap(({ section, source }, at) => {
    const answer = outputs[at];
    const own = findings.filter((one) => one.section === section);
    return askPlugin(section, 'its part of the report', () =>
      source.parts(answer && 'output' in answer ? answer.output : '', own),
    );
  });
}
