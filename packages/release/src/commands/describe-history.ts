import { describeRuntime } from '../application/runtime.js';
import type { HistoryEntry } from '../host/history-entry.js';
import { localTime } from '@fairness-deploy/core/commands';

/** Past deployments, some lines each; `running` is the live release. */
export function describeHistory(
  records: readonly HistoryEntry[],
  running: string | undefined,
): string {
  const live = records.findLast(
    ({ release, outcome }) => release === running && outcome === 'good',
  );
  return records.map((record) => describe(record, record === live)).join('\n');
}

function describe(record: HistoryEntry, live: boolean): string {
  const { release, action, outcome, commit, subject, author, who, from, started, phases } = record;
  const at = record.failed === undefined ? '' : ` at "${record.failed}"`;
  const ended = {
    good: live ? 'good, live' : 'good',
    failed: `failed${at}`,
    cancelled: `cancelled${at}`,
    interrupted: 'interrupted',
  }[outcome];
  const seconds = Object.values(phases).reduce((sum, one) => sum + one, 0);
  const parts = Object.entries(phases)
    .filter(([, each]) => each >= 0.05)
    .map(([phase, each]) => `${phase} ${each.toFixed(1)}`);
  return [
    `${localTime(started)}  ${action} ${release}: ${ended}`,
    `  ${commit.slice(0, 10)} "${subject}" by ${author}, ${action === 'deploy' ? 'deployed' : 'rolled back'} by ${who} from ${from}${record.runtime ? `, on ${describeRuntime(record.runtime)}` : ''}`,
    ...(seconds > 0 ? [`  ${seconds.toFixed(1)} s: ${parts.join(', ')}`] : []),
  ].join('\n');
}
