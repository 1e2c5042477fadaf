import {
  looksLikeError,
  type Application,
  type Finding,
  type HealthCheck,
} from '@fairness-deploy/core';
import type { Colour } from '@fairness-deploy/release';
import { byteSize, excerpt } from '@fairness-deploy/shell/text';
import { groupsOf } from './layout.js';
import { parsePrograms, type Program, type Wanted } from './programs-output.js';
import type { Ends } from './supervisor-log.js';

/** What is known of the application. */
type Known = Pick<Application, 'name' | 'home'> & {
  readonly processes: readonly Pick<Application['processes'][number], 'name' | 'health'>[];
};

/** Judges the output of the check of programs. */
export function judgePrograms(output: string, application: Known): readonly Finding[] {
  const { live, programs, wanted, hasWorkersElsewhere } = parsePrograms(output, application);
  const none: Finding = {
    ...{ name: 'traffic', level: 'fail', data: {} },
    ...{ text: 'no release has the traffic', hint: 'deploy one' },
  };
  return [
    ...(live ? [] : [none]),
    ...wanted.map((one) => {
      const waits =
        live !== undefined && one.id.startsWith(`${groupsOf(application.name, live).exclusive}:`);
      if (waits && hasWorkersElsewhere) return waiting(one);
      const program = programs.find(({ id }) => id === one.id);
      return program ? liveProgram(one, program, live, application) : unknown(one);
    }),
    ...programs
      .filter(({ id, state }) => state !== 'STOPPED' && !wanted.some((one) => one.id === id))
      .map((program) => stray(program, application, live)),
  ];
}

function waiting({ id }: Wanted): Finding {
  return {
    ...{ name: id.slice(id.indexOf(':') + 1), level: 'warn', data: {} },
    text: 'waits until the worker of the previous release has ended',
    hint: 'if no deployment runs: deploy again',
  };
}

function unknown({ id }: Wanted): Finding {
  return {
    ...{ name: id.slice(id.indexOf(':') + 1), level: 'fail', hint: 'provision', data: {} },
    text: `unknown to Supervisor, which has no program ${id}`,
  };
}

/** A program that is not the live release's: of the previous release, until it has stopped, or left over. */
function stray(
  { id, name, state, about, release }: Program,
  { name: application }: Known,
  live: Colour | undefined,
): Finding {
  const inLive =
    live !== undefined &&
    [groupsOf(application, live).shared, groupsOf(application, live).exclusive].some((group) =>
      id.startsWith(`${group}:`),
    );
  const of = release === undefined ? '' : `, release ${release}`;
  return {
    ...{ name: `${name}, not live`, level: 'warn' },
    text: inLive
      ? `${state}, ${about}${of}: the live release has no such program`
      : `${state}, ${about}${of}: a deployment runs, or was cut off and has left it`,
    hint: `if no deployment runs: supervisorctl stop ${id}`,
    data: { state, release },
  };
}

/** More ends by itself within some minutes are a loop, though it may run at the moment. */
const LOOP_ENDS = 3;

/** What has run for longer than this, and twice as long as it ever did before its ends, may be well again. */
const WELL_SECONDS = 10;

function liveProgram(
  { log, address }: Wanted,
  program: Program,
  colour: Colour | undefined,
  application: Known,
): Finding {
  const { name, state, gone, listens, answer, ends, holders, elsewhere } = program;
  const data = dataOf(program, address, colour);
  const about = { name, data };
  const shown = evidenceOf(program);
  const runs = describeRun(program);
  const reason = reasonOf(program, address);
  if (state !== 'RUNNING') {
    return {
      ...{ ...about, ...shown, level: 'fail' },
      text: `${runs}${reason}`,
      hint:
        state === 'BACKOFF'
          ? 'Supervisor tries again later; to start it now: provision'
          : 'provision starts it',
      repair: START,
    };
  }
  if (gone) {
    const text = `${runs}, but its folder is gone`;
    return { ...about, level: 'fail', text, hint: 'deploy again', layer: 'release' };
  }
  if (address !== '' && !listens) {
    const instead = elsewhere.length > 0 ? `; it listens on ${elsewhere.join(', ')} instead` : '';
    const text = `${runs}, but it does not listen on ${address}${instead}${describeHolders(holders, address)}`;
    const hint =
      elsewhere.length > 0 ? 'the process must listen on the variable PORT' : `see ${log}`;
    return { ...about, ...shown, level: 'fail', text, hint };
  }
  const isWell = program.upSeconds > Math.max(WELL_SECONDS, 2 * ends.longestSeconds);
  if (ends.lately >= LOOP_ENDS && !isWell) {
    const text = `it ends again and again: ${describeEnds(ends)}; ${runs}`;
    return { ...about, ...shown, level: 'fail', text, hint: `see ${log}` };
  }
  const expected = healthOf(application, name)?.status ?? 200;
  if (answer && answer.status !== expected) {
    const said =
      answer.status === 0
        ? 'does not answer'
        : `answers ${String(answer.status)}, not ${String(expected)}`;
    const text = `${runs}, but its health check ${answer.path} ${said}`;
    return { ...about, ...shown, level: 'fail', text, hint: `see: logs --source ${name}` };
  }
  const port = address === '' || address.startsWith('/') ? '' : `, port ${address}`;
  const health = answer
    ? `${port}; ${answer.path} answers in ${String(answer.milliseconds)} ms`
    : '';
  if (ends.count > 0) {
    const text = `${runs}${health}; Supervisor has started it again: ${describeEnds(ends)}`;
    return { ...about, level: 'warn', text, hint: `see: logs --source ${name}` };
  }
  return {
    ...about,
    level: 'ok',
    text: `${runs}${health}`,
  };
}

/** The repair of a process that does not run: see programCheck(). */
export const START = 'start the processes';

function dataOf(
  { state, about, release, listens, memory, answer, ends, said, elsewhere, holders }: Program,
  address: string,
  colour: Colour | undefined,
): Finding['data'] {
  return {
    ...{ state, about, release, colour, restarts: ends.count },
    ...(address !== '' && { address, listens }),
    ...(memory !== undefined && { memoryKib: memory }),
    ...(answer && { health: answer }),
    ...(ends.last !== undefined && { lastEnd: { at: ends.last, how: ends.how } }),
    ...(elsewhere.length > 0 && { listensOn: elsewhere }),
    ...(holders.length > 0 && { heldBy: holders }),
    ...(said.length > 0 && { said: said.at(-1) }),
  };
}

/** How many lines of its output are shown. */
const SHOWN_LINES = 5;

/** The last error that it printed, or its last lines. */
function evidenceOf({ said }: Program): Pick<Finding, 'evidence'> {
  const error = said.findLastIndex(looksLikeError);
  const from = error === -1 ? -SHOWN_LINES : error;
  const shown = said.slice(from).slice(0, SHOWN_LINES);
  return shown.length > 0 ? { evidence: shown } : {};
}

function describeRun({ state, about, memory, release }: Program): string {
  return [
    ...[state, about].filter((word) => word !== ''),
    ...(memory === undefined ? [] : [byteSize(1024 * memory)]),
    ...(release === undefined ? [] : [`release ${release}`]),
  ].join(', ');
}

/** Why a process does not run, as far as that can be told. */
function reasonOf({ ends, holders, said }: Program, address: string): string {
  const ended =
    ends.how === undefined ? '' : `; it ends with ${ends.how}, last at ${ends.last ?? ''}`;
  const error = said.findLast(looksLikeError);
  const words = error === undefined ? '' : `: "${excerpt(error)}"`;
  return `${ended}${words}${describeHolders(holders, address)}`;
}

function describeHolders(holders: readonly string[], address: string): string {
  return holders.length === 0 ? '' : `; ${address} is taken by ${holders.join(' and ')}`;
}

function describeEnds({ count, last = '', how = '', lately }: Ends): string {
  const times =
    count === 1
      ? 'it ended'
      : `it ended ${String(count)} times, ${String(lately)} of them within 10 minutes`;
  return `${times}, last at ${last} with ${how}`;
}

/** The health check of a program, which may be one of several instances. */
function healthOf({ processes }: Known, program: string): HealthCheck | undefined {
  return processes.find(({ name }) => program === name || program.startsWith(`${name}.`))?.health;
}
