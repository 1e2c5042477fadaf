import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import { runCommand, startCommand } from '../lab/command.mjs';
import { onHost } from '../lab/on-host.mjs';
import { killAndWait, listJobs, nextJob, processOf } from './job.mjs';
import { openLab, type Lab } from './lab.mjs';
import { type Found, type PartOptions } from './part.mjs';
import { addTiny } from './tiny.mjs';
import { baseline, leftovers, type Baseline } from './traces.mjs';
import { visit, wholeSite, wrongAnswers, type Answer } from './visitor.mjs';

const ENVIRONMENT = 'restarts';

/** Together they ask more than 100 times a second. */
const VISITORS = 12;
const LEAST_REQUESTS_PER_SECOND = 100;

/** Seconds until the site must be whole. */
const SERVE_TIMEOUT_SECONDS = 5;
const BOOT_TIMEOUT_SECONDS = 30;

/** What restarts while visitors visit. */
const SHORT = [[], ['jobs'], ['api'], []];
const LONG = [...SHORT, ...SHORT, ...SHORT, ...SHORT];

/** What happens in the middle of a restart. */
type Fault = 'client killed' | 'connection cut' | 'job killed' | 'power cut';

interface Pair {
  /** What restarts; nothing: all. */
  readonly words: readonly string[];
  readonly after: string;
  readonly fault: Fault;
}

const FAULTS: readonly Fault[] = ['client killed', 'connection cut', 'job killed', 'power cut'];
const FAULTS_SHORT: readonly Pair[] = [
  { words: [], after: 'start', fault: 'job killed' },
  { words: [], after: 'check page', fault: 'connection cut' },
  { words: [], after: 'switch', fault: 'job killed' },
  { words: [], after: 'switch', fault: 'power cut' },
  { words: [], after: 'hand over workers', fault: 'power cut' },
  { words: [], after: 'drain', fault: 'client killed' },
  { words: ['jobs'], after: 'find live release', fault: 'job killed' },
];

export interface RestartsFound extends Found {
  readonly restarts: number;
  readonly requests: number;
  readonly rate: number;
  readonly failed: number;
}

/**
 * Restarts the live release again and again while visitors visit, and then with a fault in the middle. No
 * request fails, the worker never runs twice, and the next restart leaves nothing behind.
 */
export async function testRestarts({ say, short }: PartOptions): Promise<RestartsFound> {
  const lab = await openLab('restarts', say);
  try {
    const commit = addTiny(lab.workspace, ENVIRONMENT, { health: { settle: 0.5, deadline: 20 } });
    const live = commit();
    const host = await lab.provisioned(ENVIRONMENT);
    await runCommand(lab.workspace, ['deploy', ENVIRONMENT]);
    const site = { lab, host, live, normal: await baseline(host), say };
    const visited = await underVisits(site, short ? SHORT : LONG);
    const failed = await thatFail(site);
    const faults = await withFaults(site, short);
    return { ...visited, problems: [...visited.problems, ...failed, ...faults] };
  } finally {
    await lab.close();
  }
}

interface Site {
  readonly lab: Lab;
  readonly host: NspawnHost;
  /** The commit that it serves. */
  readonly live: string;
  readonly normal: Baseline;
  readonly say: PartOptions['say'];
}

async function underVisits(
  { lab, host, live, normal, say }: Site,
  all: readonly (readonly string[])[],
): Promise<RestartsFound> {
  const problems: string[] = [];
  const since = performance.now();
  const visitors = Array.from({ length: VISITORS }, () => visit(host.address));
  let answers: readonly Answer[] = [];
  let seconds = 0;
  try {
    for (const words of all) {
      const before = await processes(host);
      await runCommand(lab.workspace, ['restart', ENVIRONMENT, ...words]);
      const after = await processes(host);
      const what = `restart ${words.join(' ')}`.trim();
      const named = words[0] === 'jobs' ? ['jobs'] : ['page', 'api', 'jobs'];
      for (const name of ['page', 'api', 'jobs'] as const) {
        const isNew = before[name] !== after[name];
        if (isNew !== named.includes(name))
          problems.push(`${what}: ${name} is ${isNew ? 'another' : 'the same'} process`);
      }
      const left = await leftovers(host, normal);
      problems.push(...left.map((one) => `after ${what}: ${one}`));
      say(`${what}: ${left.length === 0 ? 'pass' : `FAIL ${left.join('; ')}`}`);
    }
  } finally {
    seconds = (performance.now() - since) / 1000;
    answers = (await Promise.all(visitors.map((one) => one.stop()))).flat();
  }
  const wrong = wrongAnswers(answers, [live]);
  const rate = answers.length / seconds;
  if (rate < LEAST_REQUESTS_PER_SECOND) {
    problems.push(`this machine was too busy: ${rate.toFixed(0)} requests a second`);
  }
  return {
    ...{ restarts: all.length, requests: answers.length, rate },
    failed: answers.filter(({ status }) => status !== 200).length,
    problems: [...problems, ...wrong],
  };
}

/** The processes of the application by their names in Supervisor, without the colour. */
async function processes(host: NspawnHost): Promise<Readonly<Record<string, string>>> {
  const said = await onHost(host, 'supervisorctl status || :');
  return Object.fromEntries(
    [...said.matchAll(/:(\w+)\s+RUNNING\s+pid (\d+)/g)].map(([, name = '', pid = '']) => [
      name,
      pid,
    ]),
  );
}

/** What is broken while it restarts, and is mended afterwards. */
const BROKEN = [
  {
    words: [],
    breaks: 'touch /run/tiny-away',
    repair: 'rm /run/tiny-away',
    said: 'restart has failed; its steps were undone, the release runs as before',
  },
  {
    words: ['jobs'],
    breaks: 'for f in /srv/tiny/shared/env/*.jobs; do mv $f $f.away; done',
    repair: 'for f in /srv/tiny/shared/env/*.jobs.away; do mv $f ${f%.away}; done',
    said: 'restart jobs: not all steps could be undone',
  },
] as const;

/** Restarts what does not start, while visitors visit. */
async function thatFail({ lab, host, live, normal, say }: Site): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { words, breaks, repair, said } of BROKEN) {
    const visits = visit(host.address);
    await onHost(host, breaks);
    const end = await startCommand(lab.workspace, ['restart', ENVIRONMENT, ...words]).ended;
    await onHost(host, repair);
    const what = `restart ${words.join(' ')} of what does not start`;
    if (end.status !== 1 || !end.said.includes(said)) {
      problems.push(`${what} ended with ${String(end.status)}: ${end.said}`);
    }
    problems.push(...wrongAnswers(await visits.stop(), [live]));
    // Supervisor tries again by itself.
    const left = await leftovers(host, normal);
    problems.push(...left.map((one) => `after ${what}: ${one}`));
    say(`${what}: ${problems.length === 0 ? 'pass' : `FAIL ${problems.join('; ')}`}`);
  }
  const all = await onHost(host, 'cat /srv/tiny/shared/history.jsonl');
  for (const action of ['"action":"restart"', '"process":"jobs"']) {
    if (!all.includes(action)) problems.push(`the history has no ${action}`);
  }
  return problems;
}

async function withFaults(site: Site, short: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  const [all, jobs] = [await stepsOf(site, []), await stepsOf(site, ['jobs'])];
  const pairs = short
    ? FAULTS_SHORT
    : [
        ...all.flatMap((after) => FAULTS.map((fault) => ({ words: [], after, fault }))),
        ...jobs.flatMap((after) => FAULTS.map((fault) => ({ words: ['jobs'], after, fault }))),
      ];
  for (const pair of pairs) {
    const at = (pair.words.length === 0 ? all : jobs).indexOf(pair.after);
    const found = await withFault(site, pair, at).catch((error: unknown) => [String(error)]);
    const what = `${pair.fault} after ${pair.after} of restart ${pair.words.join(' ')}`.trim();
    site.say(`${what}: ${found.length === 0 ? 'pass' : `FAIL ${found.join('; ')}`}`);
    problems.push(...found.map((one) => `${what}: ${one}`));
  }
  return problems;
}

/** The names of the steps of a restart. */
async function stepsOf({ lab, host }: Site, words: readonly string[]): Promise<readonly string[]> {
  const known = listJobs(host);
  const [job] = await Promise.all([
    nextJob(host, known),
    runCommand(lab.workspace, ['restart', ENVIRONMENT, ...words]),
  ]);
  return job.names();
}

async function withFault(
  { lab, host, live, normal }: Site,
  { words, after, fault }: Pair,
  at: number,
): Promise<readonly string[]> {
  const problems: string[] = [];
  if ((await wholeSite(host.address, BOOT_TIMEOUT_SECONDS)) !== live) {
    throw new Error('the site is not as it should be before');
  }
  const known = listJobs(host);
  let visits = fault === 'power cut' ? undefined : visit(host.address);
  const command = startCommand(lab.workspace, ['restart', ENVIRONMENT, ...words]);
  try {
    const job = await Promise.race([
      nextJob(host, known),
      command.ended.then(({ said }) => {
        throw new Error(`The restart ended before its job began: ${said}`);
      }),
    ]);
    const pid = await job.process();
    const init = processOf(host, 1);
    const how = await job.ended(`step-${String(at)}`);
    if (how === 'passed') throw new Error(`The job ended before ${after}`);
    if (fault === 'client killed') command.child.kill('SIGKILL');
    else if (fault === 'connection cut') await onHost(host, CUT).catch(() => undefined);
    else if (fault === 'job killed') await killAndWait(pid);
    else {
      await killAndWait(init);
      await Promise.race([command.ended, sleep(500)]);
      command.child.kill('SIGKILL');
      await lab.powerOff(ENVIRONMENT);
      await lab.powerOn(ENVIRONMENT);
    }
    const served = await wholeSite(
      host.address,
      fault === 'power cut' ? BOOT_TIMEOUT_SECONDS : SERVE_TIMEOUT_SECONDS,
    );
    if (served !== live) problems.push('the site does not serve the release whole');
    visits ??= visit(host.address);
    if (fault === 'client killed' || fault === 'connection cut') await job.over();
    command.child.kill('SIGKILL');
    await command.ended;
    // The next one clears up.
    const again = await startCommand(lab.workspace, ['restart', ENVIRONMENT]).ended;
    if (again.status !== 0)
      problems.push(`the next restart ended with ${String(again.status)}: ${again.said}`);
    problems.push(...(await leftovers(host, normal)));
  } finally {
    command.child.kill('SIGKILL');
    problems.push(...wrongAnswers((await visits?.stop()) ?? [], [live]));
  }
  return problems;
}

/** Ends the connections of clients, its own too, and not the server. */
const CUT = `pkill -KILL -f '^sshd(-session)?: root' || :`;
