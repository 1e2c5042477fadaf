import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinsOf } from '../lab/environments.mjs';
import { settled } from '../lab/hosts.mjs';
import { startRelay } from '../lab/relay.mjs';
import { runCommand, startCommand } from '../lab/command.mjs';
import { killAndWait, listJobs, nextJob, processOf } from './job.mjs';
import { ON_SANDBOX, openLab } from './lab.mjs';
import { makeTiny, tinyEnvironment } from './tiny.mjs';
import { baseline, leftovers } from './traces.mjs';
import { visit, wholeSite, wrongAnswers } from './visitor.mjs';

/** Seconds until a host that has booted must serve again. */
const BOOT = 30;
/** Seconds until a host that has stayed on must be seen to serve one release. */
const SERVES = 3;
/** Milliseconds that a client gets to notice that the host is gone. */
const NOTICES = 500;

/**
 * What is done in the middle of a deployment, as soon as a step of it has ended; over once it has
 * taken effect.
 */
export const FAULTS = {
  'client killed': ({ command }) => {
    command.child.kill('SIGKILL');
  },
  'connection cut': ({ cut }) => cut(),
  'job killed': ({ job }) => killAndWait(job),
  // The first process of the host ends once the kernel has ended all others (pid_namespaces(7)).
  'power cut': ({ init }) => killAndWait(init),
};

/** The pairs that matter most: after the step `after`, or, where none is told, after every step. */
export const SHORT = [
  { after: 'start files', fault: 'client killed' },
  { after: 'check page', fault: 'connection cut' },
  { after: 'check nginx', fault: 'power cut' },
  { after: 'switch', fault: 'job killed' },
  { after: 'switch', fault: 'power cut' },
];

/** How many hosts are at work side by side. */
const WORKERS = 2;

/** The last word of a job, after which it only reads. */
const CONCLUDE = 'conclude';

/**
 * Deploys again and again, each time with a fault after another step, and sees what is left.
 *
 * @param pairs which there are; all of them unless given.
 * @param chosen tells whether one of them is wanted.
 * @returns a result for each pair: what step, what fault, what was served then, what was wrong.
 */
export async function testSteps({ say, pairs, chosen }) {
  const lab = await openLab('steps', say);
  try {
    const first = await newWorker(lab, 'faults-1', (environment) => lab.provisioned(environment));
    await lab.save('faults-1');
    const { names } = first;
    say(`${names.length} steps: ${names.join(', ')}`);
    const steps = [...names, CONCLUDE];
    const all =
      pairs ?? steps.flatMap((after) => Object.keys(FAULTS).map((fault) => ({ after, fault })));
    const queue = all.filter(chosen);
    if (queue.length === 0) {
      throw new Error(
        `Cannot test steps: nothing is called that\n  → steps: ${steps.join(', ')}; faults: ${Object.keys(FAULTS).join(', ')}`,
      );
    }
    const results = [];
    const work = async (worker) => {
      for (let pair = queue.shift(); pair; pair = queue.shift()) {
        const since = performance.now();
        const result = await worker.run(pair).catch((error) => ({ problems: [error.message] }));
        const seconds = (performance.now() - since) / 1000;
        results.push({ ...pair, ...result, seconds });
        const { problems, served } = result;
        say(
          `${pair.fault} after ${pair.after}: ${problems.length === 0 ? `pass, ${served} served` : `FAIL ${problems.join('; ')}`} (${seconds.toFixed(1)} s)`,
        );
        // What is wrong on a host must not make others fail.
        if (problems.length > 0) await worker.renew();
      }
    };
    const others = Array.from({ length: WORKERS - 1 }, (_, at) =>
      newWorker(lab, `faults-${at + 2}`, (environment) => lab.copy(environment)).then(work),
    );
    await settled([work(first), ...others]);
    return { names: steps, results };
  } finally {
    await lab.close();
  }
}

/** Whether a record of a job's log, such as `step-3`, is of a step before the one at a place. */
function isBefore(record, at) {
  const [, step] = /^step-(\d+)$/.exec(record) ?? [];
  return step !== undefined && Number(step) < at;
}

/** A host, deployed to, with an application of its own. */
async function newWorker(lab, environment, start) {
  const { workspace } = lab;
  const repository = join(workspace.beside, environment);
  const commit = makeTiny(repository);
  const describe = (place) =>
    tinyEnvironment(repository, place, { health: { settle: 0.5, deadline: 20 } });
  workspace.addEnvironment(environment, describe(ON_SANDBOX));
  let host;
  let normal;
  let live;
  let names;

  const settle = async () => {
    const known = listJobs(host);
    live = commit();
    const following = nextJob(host, known);
    await runCommand(workspace, ['deploy', environment]);
    const job = await following;
    names = job.names();
    normal = await baseline(host);
  };
  host = await start(environment);
  await settle();

  /** Puts the host behind a relay as well, and gives what takes that away. */
  const throughRelay = async () => {
    const relay = await startRelay([host], 0);
    const [near] = relay.hosts;
    const { address, port, user, identityFile } = near;
    workspace.addEnvironment(
      `${environment}-relayed`,
      describe({ hosts: { web: { address, port, user, identityFile } } }),
      pinsOf([near]),
    );
    let stopped;
    return () => (stopped ??= relay.stop());
  };

  const run = async ({ after, fault }) => {
    const problems = [];
    const old = live;
    const next = commit();
    // It may just have booted.
    if ((await wholeSite(host.address, BOOT)) !== old)
      throw new Error('the site is not as it should be before');
    const known = listJobs(host);
    const cut = fault === 'connection cut' ? await throughRelay() : undefined;
    let visits = fault === 'power cut' ? undefined : visit(host.address);
    const command = startCommand(workspace, [
      'deploy',
      cut ? `${environment}-relayed` : environment,
    ]);
    let served;
    let during;
    let end;
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
      const how = await job.ended(after === CONCLUDE ? CONCLUDE : `step-${at}`);
      if (how === 'passed') throw new Error(`The job ended before ${after}`);
      await FAULTS[fault]({ command, cut, job: pid, init });
      // Between the end of the step and the fault, the job has gone on.
      during = job.lastBegun();

      if (fault === 'power cut') {
        // A client is told nothing by a host that is gone.
        await Promise.race([command.ended, sleep(NOTICES)]);
        command.child.kill('SIGKILL');
        await lab.powerOff(environment);
        host = await lab.powerOn(environment);
      }
      end = await command.ended;
      // After its last step, a job may be over before anything can be done to it.
      if (end.status === 0 && at >= 0 && at < names.length - 1)
        problems.push('the deploy ended with 0');
      served = await wholeSite(host.address, fault === 'power cut' ? BOOT : SERVES);
      // Whoever is killed before traffic moves has moved none; whoever is only left alone goes on.
      const killed = fault === 'job killed' || fault === 'power cut';
      const early = killed && isBefore(during, names.indexOf('switch'));
      if (served !== old && (early || served !== next)) {
        problems.push(
          `the site serves ${served === next ? 'the new release' : (served ?? 'no release whole')}`,
        );
      }
      visits ??= visit(host.address);
      // It goes on by itself, whoever looks.
      if (fault === 'client killed' || fault === 'connection cut') await job.over();
      const again = await startCommand(workspace, ['deploy', environment]).ended;
      if (again.status !== 0)
        problems.push(`the next deploy ended with ${again.status}: ${again.said}`);
      const finally_ = await wholeSite(host.address, SERVES);
      if (finally_ !== next)
        problems.push(`in the end the site serves ${finally_ ?? 'nothing whole'}`);
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
      said: end?.said,
      problems,
    };
  };

  return {
    names,
    run,
    renew: async () => {
      host = await lab.copy(environment);
      await settle();
    },
  };
}
