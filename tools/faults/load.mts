import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { makeApplication } from '../lab/application.mjs';
import { runCommand, switchedAfter, type OnEvent } from '../lab/command.mjs';
import { onSandbox } from '../lab/environments.mjs';
import { listJobs, readSteps, type EndedStep } from './job.mjs';
import { openLab } from './lab.mjs';
import { type Visit } from './load-messages.mjs';
import { type Found, type PartOptions } from './part.mjs';
import { startVisitors } from './visitors.mjs';
import { openWebSocket, type SocketEnd } from './websocket.mjs';

/** Requests a second. */
const REQUESTS_PER_SECOND = 200;

const ENVIRONMENT = 'load';

/** Milliseconds by which the clocks of a host's log and of this machine may differ: it tells hundredths. */
const CLOCK_SLACK_MILLISECONDS = 30;

/** A command that ran during the load. */
interface Done {
  readonly command: 'deploy' | 'rollback';
  /** The commit that was live after it. */
  readonly live: string;
  readonly seconds: number;
  /** Seconds until its traffic had moved. */
  readonly liveAfter: number | undefined;
}

/** The work during the visits. */
const SHORT: readonly Done['command'][] = ['deploy', 'deploy', 'rollback'];
const LONG = [SHORT, SHORT, SHORT, SHORT, SHORT].flat();

/** Deploys and rolls back while visitors visit, a WebSocket is open and long answers are under way. */
export async function testLoad({ say, short }: PartOptions): Promise<LoadFound> {
  /** For how long they visit at least. */
  const seconds = short ? 20 : 60;
  const lab = await openLab('load', say);
  try {
    const { workspace } = lab;
    const application = join(workspace.beside, 'application');
    const commit = makeApplication(application);
    workspace.addEnvironment(ENVIRONMENT, {
      ...onSandbox(application, ['web']),
      // Longer than any answer takes on a busy machine: then open requests are aborted.
      nginx: { drainTimeout: 15 },
    });
    const host = await lab.provisioned(ENVIRONMENT);
    say('its first deploy');
    await runCommand(workspace, ['deploy', ENVIRONMENT]);
    const first = await liveCommit(host.address);

    const known = listJobs(host);
    const since = performance.now();
    const load = startVisitors({
      address: host.address,
      rate: REQUESTS_PER_SECOND,
      onlyReads: false,
    });
    const commands: Done[] = [];
    let flights: Flights | undefined;
    try {
      await sleep(1000);
      for (const [at, command] of (short ? SHORT : LONG).entries()) {
        if (command === 'deploy') commit();
        // Once: the command waits for all open requests.
        const flying = at === 1 ? fly(host.address) : undefined;
        const end = await runCommand(workspace, [command, ENVIRONMENT], flying?.onEvent);
        const live = await liveCommit(host.address);
        commands.push({ command, live, seconds: end.seconds, liveAfter: switchedAfter(end) });
        say(`${command}: ${live.slice(0, 10)} in ${end.seconds.toFixed(1)} s`);
        flights ??= await flying?.ended();
      }
      await sleep(Math.max(1000, seconds * 1000 - (performance.now() - since)));
    } finally {
      await load.stop();
    }
    const jobs = listJobs(host)
      .filter((id) => !known.includes(id))
      .map((id) => readSteps(host, id));
    const { visits, left } = await load.answer;
    const found = judge({ visits, first, commands, jobs, flights });
    // The figures of fewer visitors prove less.
    const busy = !short && left > visits.length / 20;
    return {
      ...found,
      problems: [
        ...found.problems,
        ...(busy ? [`this machine was too busy: ${String(left)} visits were left out`] : []),
      ],
      left,
    };
  } finally {
    await lab.close();
  }
}

/** The open requests at a switch. */
interface Flights {
  readonly answers: readonly LongAnswer[];
  /** One that its user left, and one that stayed for as long as it might. */
  readonly left: SocketEnd;
  readonly stayed: SocketEnd;
}

/** Has two WebSockets open and long answers under way while a deployment switches. */
function fly(address: string): { readonly onEvent: OnEvent; ended(): Promise<Flights> } {
  const left = openWebSocket(address, '/api/live');
  const stayed = openWebSocket(address, '/api/live');
  const answers: Promise<LongAnswer>[] = [];
  let switched = false;
  let next: NodeJS.Timeout | undefined;
  const begin = (): void => {
    answers.push(longAnswer(address));
    if (!switched) next = setTimeout(begin, 1000);
  };
  return {
    onEvent: (event) => {
      if (event.type === 'step-started' && event.name.startsWith('settle') && !next) begin();
      if (event.type === 'step-ended' && event.name === 'switch') {
        switched = true;
        setTimeout(left.end, 2500);
      }
    },
    ended: async () => ({
      answers: await Promise.all(answers),
      left: await left.ended,
      stayed: await stayed.ended,
    }),
  };
}

interface LongAnswer {
  /** On the clock, in milliseconds. */
  readonly sent: number;
  readonly ended: number;
  readonly whole: boolean;
  /** Or why there is none. */
  readonly body: string;
}

/** An answer that takes five seconds. */
async function longAnswer(address: string): Promise<LongAnswer> {
  const sent = Date.now();
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: address, path: '/api/slow?seconds=5', agent: false }, resolve).on(
        'error',
        reject,
      );
    });
    const body = await text(response);
    return { sent, ended: Date.now(), whole: body.endsWith('done\n'), body };
  } catch (error) {
    return { sent, ended: Date.now(), whole: false, body: String(error) };
  }
}

async function liveCommit(address: string): Promise<string> {
  const response = await fetch(`http://${address}/api/health`);
  return z.object({ commit: z.string() }).parse(await response.json()).commit;
}

/** Something between two times on the clock, in milliseconds. */
interface Span {
  readonly begun: number;
  readonly ended: number;
}

export interface LoadFound extends Found {
  readonly requests: number;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  readonly failed: number;
  readonly failures: readonly Visit[];
  readonly switches: readonly Span[];
  /** Answered by a release that was not live. */
  readonly astray: number;
  /** Milliseconds. */
  readonly latency: Readonly<Record<string, number>>;
  readonly commands: readonly Done[];
  readonly flights: unknown;
  /** Visits for which there was no time. */
  readonly left: number;
}

/** Compares the answers with the allowed ones: of releases that were live at that time. */
function judge({
  visits,
  first,
  commands,
  jobs,
  flights,
}: {
  readonly visits: readonly Visit[];
  readonly first: string;
  readonly commands: readonly Done[];
  readonly jobs: readonly (readonly EndedStep[])[];
  readonly flights: Flights | undefined;
}): Omit<LoadFound, 'left'> {
  const problems: string[] = [];
  const booted = Date.now() - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
  const switches = jobs.flatMap((steps, at) => {
    const step = steps.find(({ name }) => name === 'switch');
    if (!step) problems.push(`the ${String(at + 1)}. command's job has no switch`);
    return step ? [{ begun: booted + step.begun * 1000, ended: booted + step.ended * 1000 }] : [];
  });
  const spans = [first, ...commands.map(({ live }) => live)].map((commit, at) => ({
    commit,
    from: at === 0 ? 0 : (switches[at - 1]?.begun ?? Infinity),
    to: switches[at]?.ended ?? Infinity,
  }));
  const failed = visits.filter(({ problem }) => problem !== undefined);
  const astray = visits.filter(
    ({ problem, sent, milliseconds, commit }) =>
      problem === undefined &&
      !spans.some(
        ({ commit: one, from, to }) =>
          one === commit &&
          sent + milliseconds >= from - CLOCK_SLACK_MILLISECONDS &&
          sent <= to + CLOCK_SLACK_MILLISECONDS,
      ),
  );
  if (failed.length > 0) {
    problems.push(`${String(failed.length)} requests failed, such as ${JSON.stringify(failed[0])}`);
  }
  if (astray.length > 0) {
    problems.push(
      `${String(astray.length)} answers came from a release that hadn't the traffic, such as ${JSON.stringify(astray[0])}`,
    );
  }
  problems.push(...judgeFlights(flights, switches[1]));
  const times = visits.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const timeAt = (part: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? NaN;
  const sent = visits.map((each) => each.sent);
  const seconds = (Math.max(...sent) - Math.min(...sent)) / 1000;
  const socket = ({ texts, status }: SocketEnd) => ({ texts: texts.length, status });
  return {
    problems,
    requests: visits.length,
    seconds,
    rate: visits.length / seconds,
    failed: failed.length,
    failures: failed.slice(0, 50),
    switches,
    astray: astray.length,
    latency: { median: timeAt(0.5), '99 %': timeAt(0.99), highest: timeAt(1) },
    commands,
    flights: flights && {
      answers: flights.answers.map(({ sent: at, ended, whole }) => ({ sent: at, ended, whole })),
      sockets: [flights.left, flights.stayed].map(socket),
    },
  };
}

function judgeFlights(flights: Flights | undefined, span: Span | undefined): readonly string[] {
  if (!flights || !span) return ['nothing was under way at the second switch'];
  const { answers, left, stayed } = flights;
  const problems = answers.flatMap(({ whole, body }) =>
    whole ? [] : [`a long answer was cut off: ${body.slice(-100)}`],
  );
  if (!answers.some((answer) => answer.sent < span.begun && answer.ended > span.ended)) {
    problems.push('no long answer was under way at the switch');
  }
  return [...problems, ...judgeSocket(left, 1000, span), ...judgeSocket(stayed, 1001, span)];
}

function judgeSocket({ texts, status }: SocketEnd, expected: number, { ended }: Span) {
  const problems: string[] = [];
  if (status !== expected) {
    problems.push(`a WebSocket ended with ${String(status)}, not ${String(expected)}`);
  }
  if (texts.every((one) => one.at < ended + 1000)) {
    problems.push('a WebSocket fell silent at the switch');
  }
  if (new Set(texts.map(({ pid }) => pid)).size !== 1) {
    problems.push('a WebSocket changed its process');
  }
  return problems;
}
