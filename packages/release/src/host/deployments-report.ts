import type { ReportBar, ReportPart, ReportSource, ReportSpan } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import type { Layout } from '../application/layout.js';
import { outcomeOf, secondsOf } from './describe-deployment.js';
import { parseEntry, type HistoryEntry } from './history-entry.js';

/** How many lines of the history are read, and how many deployments have a bar. */
const [LINES, BARS] = [200, 20];

/** The releases over time, and how long deployments took. */
export function deploymentsReport({ history }: Layout): ReportSource {
  return {
    read: sh`[ ! -f ${history} ] || tail -n ${LINES} -- ${history}`,
    parts: deploymentParts,
  };
}

/** The parts of a report about a history. Pure. */
export function deploymentParts(output: string): readonly ReportPart[] {
  const entries = output.split('\n').flatMap(parseEntry);
  // A worker that was restarted alone changes no release.
  const whole = entries.filter(({ process }) => process === undefined);
  const good = whole.filter(({ outcome }) => outcome === 'good');
  const live = good.map((entry, at): ReportSpan => {
    const to = good[at + 1]?.finished;
    return { ...spanOf(entry, entry.finished), level: 'ok', ...(to !== undefined && { to }) };
  });
  const failed = whole
    .filter(({ outcome }) => outcome !== 'good')
    .map((entry): ReportSpan => ({
      ...spanOf(entry, entry.started),
      ...{ to: entry.finished, level: levelOf(entry) },
    }));
  const lanes = [
    { name: 'Live', spans: live },
    ...(failed.length > 0 ? [{ name: 'Not deployed', spans: failed }] : []),
  ];
  return [
    { kind: 'timeline', title: 'Releases', lanes },
    { kind: 'bars', title: 'Durations of deployments', bars: whole.slice(-BARS).map(barOf) },
  ];
}

function spanOf(entry: HistoryEntry, from: string): Omit<ReportSpan, 'level'> {
  const { commit, subject, author, action, who } = entry;
  const how = entry.outcome === 'good' ? action : `${action}, ${outcomeOf(entry)}`;
  return { from, label: commit.slice(0, 10), text: `"${subject}" by ${author}; ${how} by ${who}` };
}

function barOf(entry: HistoryEntry): ReportBar {
  const { finished, action } = entry;
  const seconds = secondsOf(entry);
  const when = finished.slice(0, 16).replace('T', ' ');
  return {
    ...{ label: action === 'deploy' ? when : `${when} ${action}`, value: seconds },
    ...{ text: `${seconds.toFixed(1)} s`, level: levelOf(entry) },
  };
}

function levelOf({ outcome }: HistoryEntry): ReportSpan['level'] {
  return ({ good: 'ok', cancelled: 'warn', interrupted: 'fail', failed: 'fail' } as const)[outcome];
}
