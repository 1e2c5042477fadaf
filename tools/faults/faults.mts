import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Report } from '@fairness-deploy/sandbox';
import { describeFailure, HintedError } from '@fairness-deploy/shell/text';
import { WORKSPACE } from '../install.mjs';
import { alone } from '../lab/alone.mjs';
import { describeMachine } from '../lab/machine.mjs';
import { table } from '../lab/table.mjs';
import { testBadReleases } from './bad-releases.mjs';
import { testCrashes } from './crashes.mjs';
import { testDatabase } from './database.mjs';
import { testLoad, type LoadFound } from './load.mjs';
import { testLock } from './lock.mjs';
import { testLogs } from './logs.mjs';
import { type Found } from './part.mjs';
import { testRestarts } from './restarts.mjs';
import { KINDS, testSteps } from './steps.mjs';
import { testTakeover } from './takeover.mjs';
import { testWorkers } from './workers.mjs';

const RESULTS = join(WORKSPACE, 'tmp', 'faults');

const USAGE = `npm run test:faults -- [part …] [options]

Shows on hosts of its own that nobody notices a deployment, whatever happens. Parts:

  load    visitors while it is deployed and rolled back
  steps   a fault of each kind after each step of a deployment
  lock    50 deployments at once
  bad     releases with which something is wrong
  crashes parts of the site that crash, or were stopped
  workers a worker that must not run twice, and loses no job
  restarts restarts of the live release while visitors visit, and with faults in the middle
  takeover a server of the old roles that is taken over, interrupted at each step
  database backups, restores and drills of the database while visitors read from it
  logs    100 MB of a log that is followed over a connection that is cut three times

  --short           fewer faults; npm test runs load, steps, crashes, workers, restarts
                    and database so
  --after <step>    of steps and takeover, only faults after this step; may be given several times
  --fault <fault>   of steps and takeover, only this fault; may be given several times
`;

/** The command line's options. */
interface Options {
  readonly short: boolean;
  readonly after: readonly string[];
  readonly fault: readonly string[];
}

type Part = (say: Report, options: Options) => Promise<Found>;

/** Each part: prints its findings, and returns the data to keep and the errors. */
const PARTS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['load', load],
  ['steps', steps],
  ['lock', lock],
  ['bad', (say, { short }) => testBadReleases({ say, short })],
  ['crashes', (say, { short }) => testCrashes({ say, short })],
  ['workers', workers],
  ['restarts', restarts],
  [
    'takeover',
    (say, { short, after, fault }) =>
      testTakeover({
        ...{ say, short },
        chosen: (one) =>
          (after.length === 0 || after.includes(one.after)) &&
          (fault.length === 0 || fault.includes(one.fault)),
      }),
  ],
  ['database', database],
  ['logs', logs],
]);

async function load(say: Report, { short }: Options): Promise<Found> {
  const found = await testLoad({ say, short });
  const { requests, seconds, rate, failed, astray, latency } = found;
  process.stdout.write(
    `\n${String(requests)} requests in ${seconds.toFixed(0)} s (${rate.toFixed(0)} a second): ${String(failed)} failed, ${String(astray)} answered by a release without the traffic\n` +
      `latency: ${Object.entries(latency)
        .map(([name, time]) => `${name} ${time.toFixed(1)} ms`)
        .join(', ')}\n` +
      `deploy live after ${liveTimes(found, 'deploy')}, rollback live after ${liveTimes(found, 'rollback')}\n`,
  );
  return found;
}

/** The shortest and the longest time. */
function liveTimes({ commands }: LoadFound, name: string): string {
  const times = commands.flatMap(({ command, liveAfter }) =>
    command === name ? (liveAfter ?? []) : [],
  );
  return `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)} s`;
}

async function steps(say: Report, { short, after, fault }: Options): Promise<Found> {
  const { names, ...found } = await testSteps({
    ...{ say, short },
    chosen: (pair) =>
      (after.length === 0 || after.includes(pair.after)) &&
      (fault.length === 0 || fault.includes(pair.fault)),
  });
  const cell = (step: string, kind: string): string => {
    const result = found.results.find((each) => each.after === step && each.fault === kind);
    if (!result) return '';
    const { problems, served = 'nothing' } = result;
    return `${problems.length === 0 ? 'pass' : 'FAIL'} (${served})`;
  };
  process.stdout.write(
    `\n${table([
      ['after the step', ...KINDS],
      ...names.map((step) => [step, ...KINDS.map((kind) => cell(step, kind))]),
    ])}\n(old, new: the release that the site served after the fault)\n`,
  );
  return found;
}

async function workers(say: Report, { short }: Options): Promise<Found> {
  const found = await testWorkers({ say, short });
  const { deployments, rollbacks, signals, jobs, stops } = found;
  process.stdout.write(
    `\n${String(deployments)} deployments, ${String(rollbacks)} rollbacks, ${String(signals)} signals in the middle of a job: ${String(jobs)} jobs done, ${String(stops)} workers have stopped by themselves\n`,
  );
  return found;
}

async function restarts(say: Report, { short }: Options): Promise<Found> {
  const found = await testRestarts({ say, short });
  process.stdout.write(
    `\n${String(found.restarts)} restarts, ${String(found.requests)} requests (${found.rate.toFixed(0)} a second): ${String(found.failed)} failed\n`,
  );
  return found;
}

async function database(say: Report, { short }: Options): Promise<Found> {
  const found = await testDatabase({ say, short });
  const { reads, failed, longest, restores, left } = found;
  process.stdout.write(
    `\n${String(reads)} reads (${String(left)} left out), ${String(restores)} restores: ${String(failed)} failed, the longest took ${(longest / 1000).toFixed(1)} s\n`,
  );
  return found;
}

async function logs(say: Report, { short }: Options): Promise<Found> {
  const found = await testLogs({ say, short });
  const { lines, megabytes, seconds, cuts, traffic, memory } = found;
  process.stdout.write(
    `\n${String(lines)} lines, ${String(megabytes)} MB, in ${seconds.toFixed(0)} s over a connection that was cut ${String(cuts)} times: ` +
      `${traffic.toFixed(2)} bytes over the network for each byte, ${memory.toFixed(0)} MiB of memory at most\n`,
  );
  return found;
}

async function lock(say: Report): Promise<Found> {
  const found = await testLock({ say });
  const { ran, refused, others, told = '' } = found;
  process.stdout.write(
    `\n${String(ran)} ran, ${String(refused)} said who holds the lock, ${String(others)} something else. What they said:\n${told}\n`,
  );
  return found;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      after: { type: 'string', multiple: true, default: [] },
      fault: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  const chosen = positionals.length > 0 ? positionals : [...PARTS.keys()];
  const parts = chosen.flatMap((name) => {
    const run = PARTS.get(name);
    return run ? [{ name, run }] : [];
  });
  if (values.help || parts.length < chosen.length) {
    process.stdout.write(USAGE);
    process.exitCode = parts.length < chosen.length ? 1 : 0;
    return;
  }
  mkdirSync(RESULTS, { recursive: true });
  const since = performance.now();
  const say = (text: string): void => {
    const seconds = ((performance.now() - since) / 1000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${text}\n`);
  };
  for (const { name, run } of parts) {
    const release = alone('faults', join(RESULTS, `running-${name}`));
    try {
      const { problems, ...found } = await run(say, values);
      const text = JSON.stringify(
        { date: new Date().toISOString(), machine: describeMachine(), problems, ...found },
        undefined,
        2,
      );
      writeFileSync(join(RESULTS, `${name}.json`), `${text}\n`);
      process.stdout.write(
        problems.length === 0
          ? `\n${name}: all as it should be\n`
          : `\n${name}: ${String(problems.length)} problems\n${problems.map((line) => `  ${line}\n`).join('')}`,
      );
      if (problems.length > 0) process.exitCode = 1;
    } finally {
      release();
    }
  }
}

main().catch((error: unknown) => {
  const isMistake = error instanceof Error && !(error instanceof HintedError);
  process.stderr.write(`${(isMistake ? error.stack : undefined) ?? describeFailure(error)}\n`);
  process.exitCode = 1;
});
