import { describeHolder, parseHolder, PRINT_HOLDER } from '../engine/lock.js';
import { sh } from '@fairness-deploy/shell';
import { LOCK } from '../state-folder.js';
import type { OpenHost } from './on-hosts.js';
import type { ChangeOptions, Run } from './run.js';

/** With `--wait`, waits until no job runs on the host, and reports which job it waits for. */
export async function waitForLock(
  run: Run<ChangeOptions>,
  { host, connection }: OpenHost,
): Promise<void> {
  if (!run.options.wait) return;
  const { stdout } = await connection.run(PRINT_HOLDER);
  const holder = parseHolder(stdout.toString());
  if (!holder) return;
  run.reporter.report({
    type: 'notice',
    host: host.name,
    text: `Waiting until this job has ended: ${describeHolder(holder)}`,
  });
  await connection.run(sh`flock -s ${LOCK} true`, { deadline: Number.POSITIVE_INFINITY });
}
