import type { Finding, ReportPart, ReportSource } from '@fairness-deploy/core';
import { byteSize } from '@fairness-deploy/shell/text';

/** How long the processes run, and what they need. */
export const processesReport: ReportSource = {
  parts: (_output, findings) => [processTable(findings)],
};

/** Of the findings about programs. Pure. */
export function processTable(findings: readonly Finding[]): ReportPart {
  const rows = findings
    .filter(({ data }) => typeof data['state'] === 'string' && 'restarts' in data)
    .map(({ name, data }) => {
      const { state, about, restarts, memoryKib, health } = data;
      const answer = health as
        { readonly milliseconds: number; readonly status: number } | undefined;
      return [
        name,
        String(state),
        /^uptime (.*)$/.exec(String(about))?.[1] ?? '–',
        String(restarts),
        typeof memoryKib === 'number' ? byteSize(1024 * memoryKib) : '–',
        answer ? `${String(answer.status)} in ${String(answer.milliseconds)} ms` : '–',
      ];
    });
  const columns = ['Process', 'State', 'Uptime', 'Restarts', 'Memory', 'Health check'];
  return { kind: 'table', title: 'Processes', columns, rows };
}
