import { runCommand } from '../lab/command.mjs';
import { onHost } from '../lab/on-host.mjs';
import { openLab } from './lab.mjs';
import { type Found, type PartOptions } from './part.mjs';
import { addTiny } from './tiny.mjs';
import { baseline, leftovers } from './traces.mjs';

const ENVIRONMENT = 'workers';

/** How often each is done; the short form is for `npm test`. */
const LONG = { deployments: 20, rollbacks: 5, signals: 100 };
const SHORT = { deployments: 3, rollbacks: 1, signals: 5 };

/**
 * Asks the worker to end in the middle of a job, again and again, and waits for the next one each time:
 * Supervisor starts it.
 */
const signals = (count: number): string => `
journal=/srv/tiny/shared/home/journal
for turn in $(seq ${String(count)}); do
  pid=$(tail -n 1 $journal | awk '{ print $(NF - 1) }')
  # The next job of this worker has begun.
  until tail -n 1 $journal | grep -q "^begin .* $pid "; do sleep 0.01; done
  kill -TERM $pid
  left=600
  until tail -n 1 $journal | grep -v " $pid " | grep -q '^\\(begin\\|end\\) '; do
    left=$((left - 1))
    [ $left -gt 0 ] || { echo "nothing works after the signal $turn"; exit 1; }
    sleep 0.05
  done
done
`;

/** Counts the jobs that have ended, the workers that have, and the jobs of workers that are gone in the middle of one. */
const COUNT = `
awk '
  $1 == "begin" { open[$3] = $2 }
  $1 == "end" { delete open[$3]; jobs++ }
  $1 == "stopped" { stops++ }
  END {
    for (pid in open) if (system("test -d /proc/" pid) != 0) lost++
    print jobs + 0, stops + 0, lost + 0
  }' /srv/tiny/shared/home/journal
`;

export interface WorkersFound extends Found {
  readonly deployments: number;
  readonly rollbacks: number;
  readonly signals: number;
  readonly jobs: number;
  readonly stops: number;
}

/**
 * Deploys and rolls back a release with a worker that must not run twice, and asks the worker to end in
 * the middle of its jobs. No two workers run at a time, and no job is lost.
 */
export async function testWorkers({ say, short }: PartOptions): Promise<WorkersFound> {
  const counts = short ? SHORT : LONG;
  const lab = await openLab('workers', say);
  try {
    const { workspace } = lab;
    const commit = addTiny(workspace, ENVIRONMENT);
    commit();
    const host = await lab.provisioned(ENVIRONMENT);
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const normal = await baseline(host);
    const problems: string[] = [];
    const every = Math.floor(counts.deployments / counts.rollbacks);
    for (let turn = 1; turn <= counts.deployments; turn++) {
      commit();
      await runCommand(workspace, ['deploy', ENVIRONMENT]);
      if (turn % every === 0) await runCommand(workspace, ['rollback', ENVIRONMENT]);
      const found = await leftovers(host, normal);
      problems.push(...found.map((one) => `after deployment ${String(turn)}: ${one}`));
      say(
        `deployment ${String(turn)}: ${found.length === 0 ? 'pass' : `FAIL ${found.join('; ')}`}`,
      );
    }
    const said = (await onHost(host, signals(counts.signals))).trim();
    if (said !== '') problems.push(said);
    const told = await onHost(host, COUNT);
    const [jobs = 0, stops = 0, lost = 0] = told.trim().split(' ').map(Number);
    if (lost > 0) problems.push(`${String(lost)} jobs are lost`);
    const asked = counts.deployments + counts.rollbacks + counts.signals;
    if (stops < asked)
      problems.push(`${String(stops)} workers have stopped by themselves, not ${String(asked)}`);
    const found = await leftovers(host, normal);
    problems.push(...found.map((one) => `after ${String(counts.signals)} signals: ${one}`));
    return { ...counts, jobs, stops, problems };
  } finally {
    await lab.close();
  }
}
