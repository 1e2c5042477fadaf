import { LineReader, noticeIn } from '@fairness-deploy/shell';
import { HintedError } from '@fairness-deploy/shell/text';
import { findDeployment } from '../engine/deployment-job.js';
import type { JobObserver } from '../engine/job-progress.js';
import { jobLog } from '../engine/job-folder.js';
import { readJob, type LastJob } from '../engine/last-job.js';
import { describeHolder } from '../engine/lock.js';
import { KEPT } from '../engine/sweep-jobs.js';
import { jobEnd } from '../runner/job-end.js';
import { onEachHost, type HostEnd, type OpenHost } from '../runner/on-hosts.js';
import type { CommandOptions, ExitCode, Run } from '../runner/run.js';

/** The section of the log's lines, for `--json`. */
const SECTION = 'deployment';

/** The most bytes of a log that are brought: its end. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/** Shows the log of each host's last deployment, or of that of a release. Two round trips a host. */
export function deploymentLog(run: Run<CommandOptions>): Promise<ExitCode> {
  const { since, source = [], follow = false, grep, level, release } = run.options;
  const [refused] = [
    ...(since === undefined ? [] : ['since']),
    ...(source.length === 0 ? [] : ['source']),
    ...(level === undefined ? [] : ['level']),
    ...(grep === undefined ? [] : ['grep']),
  ];
  if (refused !== undefined) {
    throw new HintedError(
      `Cannot show the log of a deployment with --${refused}: its lines have no time, no source and no level`,
      { hint: 'leave it out, or take the last lines only: --lines 100' },
    );
  }
  if (follow) {
    throw new HintedError(
      'Cannot follow the log of a deployment with logs: attach follows the one that runs',
      { hint: `npx nx run ${run.environment.name}:attach` },
    );
  }
  return onEachHost(run, async (open) => {
    const found = await findDeployment(open.connection, release);
    return 'job' in found ? show(run, open, found.job) : without(open, release, found.releases);
  });
}

async function show(
  run: Run<CommandOptions>,
  { host, connection }: OpenHost,
  job: LastJob,
): Promise<HostEnd> {
  run.reporter.report({
    ...{ type: 'notice', host: host.name },
    text: `The log of: ${describeHolder(job.description)}`,
  });
  const shown: (readonly [source: string, line: string])[] = [];
  const { steps, state } = await readJob(connection, job, LOG_LIMIT_BYTES, observe(job, shown));
  for (const { name, undo } of steps) {
    const lines = undo?.output.split('\n').filter((line) => line.trim() !== '') ?? [];
    shown.push(...lines.map((line) => [`undo ${name}`, line] as const));
  }
  const ran = steps.findIndex(({ status }) => status !== 'not-run');
  if (ran > 0) {
    const text = `The log is longer than ${String(LOG_LIMIT_BYTES)} bytes: its beginning is on the host only`;
    run.reporter.report({ type: 'notice', host: host.name, text });
  }
  const { lines } = run.options;
  for (const [name, line] of lines === undefined ? shown : shown.slice(-lines)) {
    // The names of a job's steps come from the host; a reporter masks no source.
    const source = run.mask(name);
    run.reporter.report({ type: 'log', host: host.name, section: SECTION, source, line });
  }
  const file = `on the host: ${jobLog(job.id)}`;
  if (job.state === 'running') {
    return {
      ...{ outcome: 'unchanged', summary: `"${job.description.what}" is still running` },
      hint: `to follow it: attach; ${file}`,
    };
  }
  return { outcome: 'unchanged', summary: jobEnd(job, state, steps).summary, hint: file };
}

/** Collects the lines of the steps, each with its step's name. */
function observe(
  { noticeMark }: LastJob,
  shown: (readonly [source: string, line: string])[],
): JobObserver {
  let reader = new LineReader();
  const take = (name: string, lines: readonly string[]): void => {
    for (const line of lines) shown.push([name, noticeIn(line, noticeMark) ?? line]);
  };
  return {
    stepStarted: () => {
      reader = new LineReader();
    },
    stepOutput: (name, bytes) => {
      take(name, reader.read(bytes));
    },
    stepEnded: (name) => {
      take(name, reader.end());
    },
  };
}

function without(
  { host }: OpenHost,
  release: string | undefined,
  releases: readonly string[],
): HostEnd {
  if (release === undefined) {
    const summary = 'there is no log of a deployment: nothing was deployed yet';
    return { outcome: 'unchanged', summary };
  }
  return {
    outcome: 'failed',
    summary: `Cannot show the deployment of ${release}: ${host.name} has no log of it; it keeps those of the last ${String(KEPT)} deployments`,
    hint:
      releases.length === 0
        ? 'there is none yet'
        : `there are: ${releases.map((one) => `--release ${one}`).join(', ')}`,
  };
}
