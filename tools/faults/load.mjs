import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeApplication } from '../lab/application.mjs';
import { onSandbox } from '../lab/environments.mjs';
import { runCommand } from '../lab/command.mjs';
import { listJobs, readJob } from './job.mjs';
import { openLab } from './lab.mjs';
import { openWebSocket } from './websocket.mjs';

/** Requests a second. */
const RATE = 200;

const ENVIRONMENT = 'load';

/** Milliseconds by which the clocks of a host's log and of this machine may differ: it tells hundredths. */
const SLACK = 30;

/** What is done while the visitors visit. */
const LONG = 'DDRDDRDDRDDRDDR';
const SHORT = 'DDR';

/**
 * Deploys and rolls back while visitors visit, a WebSocket is open and long answers are under way.
 *
 * @param seconds for how long they visit at least.
 */
export async function testLoad({ say, short, seconds = short ? 20 : 60 }) {
  const lab = await openLab('load', say);
  try {
    const { workspace } = lab;
    const application = join(workspace.beside, 'application');
    const commit = makeApplication(application);
    workspace.addEnvironment(ENVIRONMENT, {
      ...onSandbox(application, ['web']),
      // Longer than any answer takes on a busy machine: what is under way then is ended.
      nginx: { drainTimeout: 15 },
    });
    const host = await lab.provisioned(ENVIRONMENT);
    say('its first deploy');
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const first = await liveCommit(host.address);

    const known = listJobs(host);
    const since = performance.now();
    const load = startLoad(host.address);
    const sequence = [...(short ? SHORT : LONG)];
    const commands = [];
    let flights;
    try {
      await sleep(1000);
      for (const [at, kind] of sequence.entries()) {
        if (kind === 'D') commit();
        const command = kind === 'D' ? 'deploy' : 'rollback';
        // Once: whatever is under way is waited for.
        const flying = at === 1 ? fly(host.address) : undefined;
        const end = await runCommand(workspace, [command, ENVIRONMENT], flying?.onEvent);
        const live = await liveCommit(host.address);
        commands.push({ command, live, seconds: end.seconds, liveAfter: liveAfter(end) });
        say(`${command}: ${live.slice(0, 10)} in ${end.seconds.toFixed(1)} s`);
        flights ??= await flying?.ended();
      }
      await sleep(Math.max(1000, seconds * 1000 - (performance.now() - since)));
    } finally {
      await load.stop();
    }
    const jobs = listJobs(host)
      .filter((id) => !known.includes(id))
      .map((id) => readJob(host, id));
    const { requests, left } = await load.visits;
    const found = judge({ requests, first, commands, jobs, flights });
    // What is true of fewer visitors says less.
    if (!short && left > requests.length / 20) {
      found.problems.push(`this machine was too busy: ${left} visits were left out`);
    }
    return { ...found, left };
  } finally {
    await lab.close();
  }
}

function startLoad(address) {
  const child = fork(new URL('load-process.mjs', import.meta.url), { execArgv: [] });
  child.send({ address, rate: RATE });
  const visits = once(child, 'message').then(([message]) => message);
  return {
    visits,
    stop: async () => {
      child.send({ stop: true });
      await visits;
      child.disconnect();
    },
  };
}

/** Has a WebSocket open and long answers under way while a deployment switches. */
function fly(address) {
  const sockets = [openWebSocket(address, '/api/live'), openWebSocket(address, '/api/live')];
  const answers = [];
  let switched;
  const begin = () => {
    answers.push(longAnswer(address));
    if (!switched) next = setTimeout(begin, 1000);
  };
  let next;
  return {
    onEvent: ({ type, name, at }) => {
      if (type === 'step-started' && name.startsWith('settle') && !next) begin();
      if (type === 'step-ended' && name === 'switch') {
        switched = at;
        // One that its user leaves, and one that stays for as long as it may.
        setTimeout(() => sockets[0].end(), 2500);
      }
    },
    ended: async () => ({
      answers: await Promise.all(answers),
      sockets: await Promise.all(sockets.map(({ ended }) => ended)),
    }),
  };
}

/** An answer that takes five seconds. */
async function longAnswer(address) {
  const sent = Date.now();
  try {
    const response = await new Promise((resolve, reject) => {
      get({ host: address, path: '/api/slow?seconds=5', agent: false }, resolve).on(
        'error',
        reject,
      );
    });
    const body = await text(response);
    return { sent, ended: Date.now(), whole: body.endsWith('done\n'), body };
  } catch (error) {
    return { sent, ended: Date.now(), whole: false, body: error.message };
  }
}

async function liveCommit(address) {
  const response = await fetch(`http://${address}/api/health`);
  return (await response.json()).commit;
}

/** Seconds from a command's start until its traffic had moved. */
function liveAfter({ events }) {
  const moved = events.find(({ type, name }) => type === 'step-ended' && name === 'switch');
  return moved && moved.after / 1000;
}

/** Compares what was answered with what may have been: releases that had the traffic at that time. */
function judge({ requests, first, commands, jobs, flights }) {
  const problems = [];
  const booted = Date.now() - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  const switches = jobs.flatMap(({ steps }, at) => {
    const step = steps.find(({ name }) => name === 'switch');
    if (!step) problems.push(`the ${at + 1}. command's job has no switch`);
    return step ? [{ begun: booted + step.begun * 1000, ended: booted + step.ended * 1000 }] : [];
  });
  const spans = [first, ...commands.map(({ live }) => live)].map((commit, at) => ({
    commit,
    from: at === 0 ? 0 : switches[at - 1]?.begun,
    to: switches[at]?.ended ?? Infinity,
  }));
  const failed = requests.filter(({ problem }) => problem !== undefined);
  const astray = requests.filter(
    ({ problem, sent, milliseconds, commit }) =>
      problem === undefined &&
      !spans.some(
        ({ commit: one, from, to }) =>
          one === commit && sent + milliseconds >= from - SLACK && sent <= to + SLACK,
      ),
  );
  if (failed.length > 0) {
    problems.push(`${failed.length} requests failed, such as ${JSON.stringify(failed[0])}`);
  }
  if (astray.length > 0) {
    problems.push(
      `${astray.length} answers came from a release that hadn't the traffic, such as ${JSON.stringify(astray[0])}`,
    );
  }
  problems.push(...judgeFlights(flights, switches[1]));
  const times = requests.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const seconds = (Math.max(...requests.map(({ sent }) => sent)) - requests[0].sent) / 1000;
  return {
    problems,
    requests: requests.length,
    seconds,
    rate: requests.length / seconds,
    failed: failed.length,
    failures: failed.slice(0, 50),
    switches,
    astray: astray.length,
    latency: {
      median: times[Math.floor(times.length / 2)],
      '99 %': times[Math.floor(times.length * 0.99)],
      highest: times.at(-1),
    },
    commands,
    flights: flights && {
      answers: flights.answers.map(({ sent, ended, whole }) => ({ sent, ended, whole })),
      sockets: flights.sockets.map(({ texts, status }) => ({ texts: texts.length, status })),
    },
  };
}

function judgeFlights(flights, { begun, ended }) {
  const problems = [];
  const { answers, sockets } = flights;
  const inFlight = answers.filter((answer) => answer.sent < begun && answer.ended > ended);
  if (inFlight.length === 0) problems.push('no long answer was under way at the switch');
  for (const { whole, body } of answers) {
    if (!whole) problems.push(`a long answer was cut off: ${body.slice(-100)}`);
  }
  for (const [at, { texts, status }] of sockets.entries()) {
    const expected = [1000, 1001][at];
    if (status !== expected) problems.push(`a WebSocket ended with ${status}, not ${expected}`);
    if (texts.every((one) => one.at < ended + 1000)) {
      problems.push('a WebSocket fell silent at the switch');
    }
    if (new Set(texts.map(({ pid }) => pid)).size !== 1) {
      problems.push('a WebSocket changed its process');
    }
  }
  return problems;
}
