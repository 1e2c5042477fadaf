import { logFile, type LogSource, type ParsedLine } from '@fairness-deploy/core';
import type { Layout } from '../application/layout.js';
import { DONE, outcomeOf, secondsOf } from './describe-deployment.js';
import { parseEntry } from './history-entry.js';

/** How grave the end of a deployment is. */
const LEVELS = { good: 'info', cancelled: 'warn', interrupted: 'error', failed: 'error' } as const;

/** The history as a log: a line for each deployment that has ended. */
export function deploymentsLog({ history }: Layout): LogSource {
  return { ...logFile('deployments', history), parse: parseDeployment };
}

/** Reads a line of the history. Pure. */
export function parseDeployment(line: string): ParsedLine | undefined {
  const [entry] = parseEntry(line);
  if (!entry) return undefined;
  const { release, process, outcome, commit, subject, author, action, who, from, finished } = entry;
  const what = process === undefined ? release : `${process} of ${release}`;
  return {
    time: Date.parse(finished),
    level: LEVELS[outcome],
    message: `${DONE[action]} ${what} by ${who} from ${from}: ${outcomeOf(entry)} after ${secondsOf(entry).toFixed(1)} s; ${commit.slice(0, 10)} "${subject}" by ${author}`,
  };
}
