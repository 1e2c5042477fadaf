import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NspawnHost } from '@fairness-deploy/sandbox';
import { HintedError } from '@fairness-deploy/shell/text';
import { runCommand, startCommand, type Command, type CommandEnd } from '../lab/command.mjs';
import { addresses, pinsOf } from '../lab/environments.mjs';
import { settled } from '../lab/hosts.mjs';
import { onHost } from '../lab/on-host.mjs';
import { startRelay } from '../lab/relay.mjs';
import { type Description } from '../lab/workspace.mjs';
import { killAndWait, listJobs, nextJob, processOf } from './job.mjs';
import { ON_SANDBOX, openLab, type Lab } from './lab.mjs';
import { problemsOf, type Found, type PartOptions } from './part.mjs';
import { makeTiny, tinyEnvironment } from './tiny.mjs';
import { baseline, leftovers } from './traces.mjs';
import { visit, wholeSite, wrongAnswers } from './visitor.mjs';

/** Seconds until a host that has booted must serve again. */
const BOOT_TIMEOUT_SECONDS = 30;
/** Seconds until a host that has stayed on must be seen to serve one release. */
const SERVE_TIMEOUT_SECONDS = 3;
/** Milliseconds that a client gets to notice that the host is gone. */
const NOTICE_TIMEOUT_MILLISECONDS = 500;

/** The target of a fault. */
interface Deployment {
  readonly command: Command;
  /** Cuts the client's connection, where it goes through a relay. */
  readonly cut: (() => Promise<void>) | undefined;
  /** This machine's numbers of the job's shell, and of the host's first process. */
  readonly job: number;
  readonly init: number;
}

/** The kinds of faults. */
export const KINDS = ['client killed', 'connection cut', 'job killed', 'power cut'] as const;
type Fault = (typeof KINDS)[number];

/**
 * Runs in the middle of a deployment, as soon as a step has ended; done once it has taken effect.
 */
const FAULTS: Readonly<Record<Fault, (deployment: Deployment) => Promise<void> | undefined>> = {
  'client killed': ({ command }) => {
    command.child.kill('SIGKILL');
    return undefined;
  },
  'connection cut': ({ cut }) => cut?.(),
  'job killed': ({ job }) => killAndWait(job),
  // The first process of the host ends once the kernel has ended all others (pid_namespaces(7)).
  'power cut': ({ init }) => killAndWait(init),
};

/** A fault, and the step after which it comes. */
export interface Pair {
  readonly after: string;
  readonly fault: Fault;
}

/** The pairs that matter most. */
const SHORT: readonly Pair[] = [
  { after: 'start files', fault: 'client killed' },
  { after: 'check page', fault: 'connection cut' },
  { after: 'prepare nginx', fault: 'power cut' },
  { after: 'switch', fault: 'job killed' },
  { after: 'switch', fault: 'power cut' },
  { after: 'hand over workers', fault: 'power cut' },
];

/** How many hosts are at work side by side. */
const WORKERS = 2;

/** The job's `conclude`, after which it only reads. */
const CONCLUDE = 'conclude';

export interface StepsOptions extends PartOptions {
  /** Whether a pair was asked for. */
  readonly chosen: (pair: Pair) => boolean;
}

/** The result of a pair. */
interface Outcome {
  readonly problems: readonly string[];
  /** The release that the site served after the fault; undefined when there was none. */
  readonly served?: 'old' | 'new' | 'none';
  /** The step that had begun when the fault came. */
  readonly during?: string | undefined;
  readonly said?: string;
}

export interface StepsFound extends Found {
  /** Of the steps, in their order. */
  readonly names: readonly string[];
  readonly results: readonly (Pair & Outcome & { readonly seconds: number })[];
}

/** Deploys again and again, each time with a fault after another step, and checks the result. */
export async function testSteps({ say, short, chosen }: StepsOptions): Promise<StepsFound> {
  const lab = await openLab('steps', say);
  try {
    const first = await newWorker(lab, 'faults-1', (environment) => lab.provisioned(environment));
    await lab.save('faults-1');
    const { names } = first;
    say(`${String(names.length)} steps: ${names.join(', ')}`);
    const steps = [...names, CONCLUDE];
    const all = short
      ? SHORT
      : steps.flatMap((after) => KINDS.map((fault): Pair => ({ after, fault })));
    const queue = all.filter(chosen);
    if (queue.length === 0) {
      throw new HintedError('Cannot test steps: no step or fault has that name', {
        hint: `steps: ${steps.join(', ')}; faults: ${KINDS.join(', ')}`,
      });
    }
    const results: (Pair & Outcome & { readonly seconds: number })[] = [];
    const work = async (worker: Worker): Promise<void> => {
      for (let pair = queue.shift(); pair; pair = queue.shift()) {
        const since = performance.now();
        const outcome = await worker
          .run(pair)
          .catch((error: unknown): Outcome => ({ problems: [String(error)] }));
        const seconds = (performance.now() - since) / 1000;
        results.push({ ...pair, ...outcome, seconds });
        const { problems, served = 'nothing' } = outcome;
        say(
          `${pair.fault} after ${pair.after}: ${problems.length === 0 ? `pass, ${served} served` : `FAIL ${problems.join('; ')}`} (${seconds.toFixed(1)} s)`,
        );
        // An error on a host must not make others fail.
        if (problems.length > 0) await worker.renew();
      }
    };
    const others = Array.from({ length: WORKERS - 1 }, (_, at) =>
      newWorker(lab, `faults-${String(at + 2)}`, (environment) => lab.copy(environment)).then(work),
    );
    await settled([work(first), ...others]);
    const named = results.map((each) => ({ ...each, name: `${each.fault} after ${each.after}` }));
    return { names: steps, results, problems: problemsOf(named) };
  } finally {
    await lab.close();
  }
}

/** Whether a record of a job's log, such as `step-3`, is of a step before the one at a place. */
function isBefore(record: string | undefined, at: number): boolean {
  const [, step] = /^step-(\d+)$/.exec(record ?? '') ?? [];
  return step !== undefined && Number(step) < at;
}

/** A host, deployed to, with an application of its own. */
interface Worker {
  readonly names: readonly string[];
  run(pair: Pair): Promise<Outcome>;
  /** Begins anew with a healthy host. */
  renew(): Promise<void>;
}

async function newWorker(
  lab: Lab,
  environment: string,
  start: (environment: string) => Promise<NspawnHost>,
): Promise<Worker> {
  const { workspace } = lab;
  const repository = join(workspace.beside, environment);
  const commit = makeTiny(repository);
  const describe = (place: Description): Description =>
    tinyEnvironment(repository, place, { health: { settle: 0.5, deadline: 20 } });
  workspace.addEnvironment(environment, describe(ON_SANDBOX));

  /** Deploys to a host once, to know its usual traces. */
  const settle = async (fresh: NspawnHost) => {
    const known = listJobs(fresh);
    const first = commit();
    const [job] = await Promise.all([
      nextJob(fresh, known),
      runCommand(workspace, ['deploy', environment]),
    ]);
    return { host: fresh, live: first, names: job.names(), normal: await baseline(fresh) };
  };
  const { names, ...begin } = await settle(await start(environment));
  let { host, live, normal } = begin;

  /** The host's application belongs to an environment: the same one has two names here. */
  const belongsTo = async (name: string): Promise<void> => {
    await onHost(host, `sed -i '1s/.*/${name}/' /var/lib/fairness-deploy/claims/*`);
  };

  /** Puts the host behind a relay as well, and returns a function that removes it. */
  const throughRelay = async (): Promise<() => Promise<void>> => {
    const relay = await startRelay([host], 0);
    workspace.addEnvironment(
      `${environment}-relayed`,
      describe({ hosts: addresses(relay.hosts) }),
      pinsOf(relay.hosts),
    );
    await belongsTo(`${environment}-relayed`);
    let stopped: Promise<void> | undefined;
    return () => (stopped ??= relay.stop().then(() => belongsTo(environment)));
  };

  const run = async ({ after, fault }: Pair): Promise<Outcome> => {
    const problems: string[] = [];
    const old = live;
    const next = commit();
    // It may just have booted.
    if ((await wholeSite(host.address, BOOT_TIMEOUT_SECONDS)) !== old)
      throw new Error('the site is not as it should be before');
    const known = listJobs(host);
    const cut = fault === 'connection cut' ? await throughRelay() : undefined;
    let visits = fault === 'power cut' ? undefined : visit(host.address);
    const command = startCommand(workspace, [
      'deploy',
      cut ? `${environment}-relayed` : environment,
    ]);
    let served: string | undefined;
    let during: string | undefined;
    let end: CommandEnd | undefined;
    try {
      const job = await Promise.race([
        nextJob(host, known),
        command.ended.then(({ said }) => {
          throw new Error(`The deploy ended before its job began: ${said}`);
        }),
      ]);
      const pid = await job.process();
      const init = processOf(host, 1);
      const at = names.indexOf(after);
      const how = await job.ended(after === CONCLUDE ? CONCLUDE : `step-${String(at)}`);
      if (how === 'passed') throw new Error(`The job ended before ${after}`);
      await FAULTS[fault]({ command, cut, job: pid, init });
      // Between the end of the step and the fault, the job has gone on.
      during = job.lastBegun();

      if (fault === 'power cut') {
        // A host that is gone sends the client nothing.
        await Promise.race([command.ended, sleep(NOTICE_TIMEOUT_MILLISECONDS)]);
        command.child.kill('SIGKILL');
        await lab.powerOff(environment);
        host = await lab.powerOn(environment);
      }
      end = await command.ended;
      // After its last step, a job may be over before anything can be done to it.
      if (end.status === 0 && at >= 0 && at < names.length - 1)
        problems.push('the deploy ended with 0');
      served = await wholeSite(
        host.address,
        fault === 'power cut' ? BOOT_TIMEOUT_SECONDS : SERVE_TIMEOUT_SECONDS,
      );
      // A job killed before traffic moves has moved none; a job without its client continues.
      const killed = fault === 'job killed' || fault === 'power cut';
      const early = killed && isBefore(during, names.indexOf('switch'));
      if (served !== old && (early || served !== next)) {
        problems.push(
          `the site serves ${served === next ? 'the new release' : (served ?? 'no release whole')}`,
        );
      }
      visits ??= visit(host.address);
      // The job continues by itself.
      if (fault === 'client killed' || fault === 'connection cut') await job.over();
      const again = await startCommand(workspace, ['deploy', environment]).ended;
      if (again.status !== 0)
        problems.push(`the next deploy ended with ${String(again.status)}: ${again.said}`);
      const inTheEnd = await wholeSite(host.address, SERVE_TIMEOUT_SECONDS);
      if (inTheEnd !== next)
        problems.push(`in the end the site serves ${inTheEnd ?? 'nothing whole'}`);
      live = next;
      problems.push(...(await leftovers(host, normal, { before: served === next })));
    } finally {
      command.child.kill('SIGKILL');
      await cut?.();
      const answers = (await visits?.stop()) ?? [];
      problems.push(...wrongAnswers(answers, [old, next]));
    }
    return {
      served: served === old ? 'old' : served === next ? 'new' : 'none',
      during,
      said: end.said,
      problems,
    };
  };

  return {
    names,
    run,
    renew: async () => {
      ({ host, live, normal } = await settle(await lab.copy(environment)));
    },
  };
}
