import type { Application, Finding } from '@fairness-deploy/core';
import { COLOURS, layoutOf, type Colour } from '@fairness-deploy/release';
import { groupsOf } from './layout.js';

/** The data about a program. */
interface Program {
  /** Supervisor's name of it: `shop-blue:api`. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Supervisor's words about it. */
  readonly about: string;
  /** The release in whose folder it works. */
  readonly release: string | undefined;
  readonly gone: boolean;
  readonly listens: boolean;
  /** Its last line of output. */
  readonly said: string | undefined;
}

/** A program of the live release. */
interface Wanted {
  readonly id: string;
  readonly log: string;
  /** Where it should listen; empty for a worker. */
  readonly address: string;
}

/** Judges the output of the check of programs. */
export function judgePrograms(output: string, application: Application): readonly Finding[] {
  const live = COLOURS.find((colour) => output.startsWith(`live ${colour}\n`));
  const found = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, key = '', id = '', rest = ''] = /^(\w+) (\S+) ?(.*)$/.exec(line) ?? [];
    if (key !== 'live') found.set(`${key} ${id}`, rest);
  }
  const of = (key: string): readonly (readonly [id: string, rest: string])[] =>
    [...found].flatMap(([name, rest]) =>
      name.startsWith(`${key} `) ? [[name.slice(key.length + 1), rest] as const] : [],
    );
  const programs = of('program').map(([id, shown]): Program => {
    // Words such as: RUNNING 704 1795863004 uptime 0:00:10
    const [state = '', , , ...about] = shown.split(' ');
    return {
      ...{ id, name: id.slice(id.indexOf(':') + 1), state, about: about.join(' ') },
      release: releaseOf(application, found.get(`folder ${id}`)),
      ...{ gone: found.has(`gone ${id}`), listens: found.has(`listens ${id}`) },
      said: found.get(`said ${id}`),
    };
  });
  const wanted = of('wanted').map(([id, rest]): Wanted => {
    const [log = '', address = ''] = rest.split(' ');
    return { id, log, address };
  });
  const none: Finding = {
    ...{ name: 'traffic', level: 'fail', data: {} },
    ...{ text: 'no release has the traffic', hint: 'deploy one' },
  };
  return [
    ...(live ? [] : [none]),
    ...wanted.map((one) => {
      const waits =
        live !== undefined && one.id.startsWith(`${groupsOf(application.name, live).exclusive}:`);
      if (waits && found.has(`turn colours/${live === 'blue' ? 'green' : 'blue'}`))
        return waiting(one);
      const program = programs.find(({ id }) => id === one.id);
      return program ? liveProgram(one, program, live) : unknown(one);
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
  { name: application }: Application,
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

function liveProgram(
  { log, address }: Wanted,
  program: Program,
  colour: Colour | undefined,
): Finding {
  const { name, state, about, gone, listens, said, release } = program;
  const data = {
    ...{ state, about, release, colour },
    ...(address !== '' && { listens }),
    ...(said !== undefined && { said }),
  };
  if (state !== 'RUNNING') {
    return {
      ...{ name, level: 'fail', data },
      text: `${state}${about === '' ? '' : `, ${about}`}${said === undefined ? '' : `\n${said}`}`,
      ...(state === 'BACKOFF'
        ? { hint: 'Supervisor tries again later; to start it now: provision' }
        : { hint: 'provision starts it' }),
    };
  }
  const runs = `RUNNING, ${about}${release === undefined ? '' : `, release ${release}`}`;
  if (gone) {
    const text = `${runs}, but its folder is gone`;
    return { name, level: 'fail', text, hint: 'deploy again', data };
  }
  if (address !== '' && !listens) {
    const text = `${runs}, but it does not listen on ${address}`;
    return { name, level: 'fail', text, hint: `see ${log}`, data };
  }
  return { name, level: 'ok', text: runs, data };
}

function releaseOf(application: Application, folder = ''): string | undefined {
  const { releases } = layoutOf(application);
  if (!folder.startsWith(`${releases}/`)) return undefined;
  // The kernel marks a removed folder like that (proc(5), /proc/<pid>/cwd).
  return folder
    .slice(releases.length + 1)
    .replace(/ \(deleted\)$/, '')
    .split('/')[0];
}
