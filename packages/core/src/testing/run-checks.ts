import type { Connection } from '@fairness-deploy/shell';
import { judge } from '../runner/judge-checks.js';
import { readsOf } from '../runner/plugin-checks.js';
import { readHost } from '../engine/read-host.js';
import type { Check } from '../plugin/check.js';

/**
 * The findings of checks on a host, as `status` reads them, a line each:
 * `fail api: FATAL → provision starts it`.
 */
export async function runChecks(
  connection: Connection,
  checks: readonly Check[] = [],
): Promise<readonly string[]> {
  const all = checks.map((check) => ({ section: 'test', check }));
  const { timedOutputs } = await readHost(connection, { timed: readsOf(all) });
  return judge(all, timedOutputs).map(
    ({ level, name, text, hint }) =>
      `${level} ${name}: ${text}${hint === undefined ? '' : ` → ${hint}`}`,
  );
}
