import { parseHolder, PRINT_HOLDER } from '../engine/lock.js';
import { sh } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import type { OpenHost } from './on-hosts.js';
import type { ChangeOptions, Run } from './run.js';

/** Waits, where the user asked for that, until no job runs on the host, and says for whom. */
export async function waitForLock(
  run: Run<ChangeOptions>,
  { host, connection }: OpenHost,
): Promise<void> {
  if (!run.options.wait) return;
  const { stdout } = await connection.run(PRINT_HOLDER);
  const holder = parseHolder(stdout.toString());
  if (!holder) return;
  const { what, who, since } = holder;
  run.reporter.report({
    type: 'notice',
    host: host.name,
    text: `Waiting for the job of ${who}, running since ${since}: ${what}`,
  });
  await connection.run(sh`flock -s ${LOCK} true`, { deadline: Number.POSITIVE_INFINITY });
}
