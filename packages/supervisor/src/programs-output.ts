import type { Application } from '@fairness-deploy/core';
import { COLOURS, layoutOf, type Colour } from '@fairness-deploy/release';
import { endsOf, type Ends } from './supervisor-log.js';

/** The data about a program. */
export interface Program {
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
  /** Of all of its processes, in KiB. */
  readonly memory: number | undefined;
  readonly answer: Answer | undefined;
  /** Ports on which it listens instead. */
  readonly elsewhere: readonly string[];
  /** Who else listens where it should: `process 704 (python3) of www-data`. */
  readonly holders: readonly string[];
  /** The last lines of its output. */
  readonly said: readonly string[];
  readonly ends: Ends;
  /** Since its last start. */
  readonly upSeconds: number;
}

/** The answer to a health check: status 0 without one. */
export interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  readonly path: string;
}

/** A program of the live release. */
export interface Wanted {
  readonly id: string;
  readonly log: string;
  /** Where it should listen; empty for a worker. */
  readonly address: string;
}

/** What the check of programs reads. */
export interface Programs {
  /** The colour that gets the traffic. */
  readonly live: Colour | undefined;
  /** The programs that Supervisor knows, of either colour. */
  readonly programs: readonly Program[];
  /** Those of the live release. */
  readonly wanted: readonly Wanted[];
  /** Whether the exclusive workers of the other colour have the turn. */
  readonly hasWorkersElsewhere: boolean;
}

/** Parses the output of the check of programs. */
export function parsePrograms(
  output: string,
  application: Pick<Application, 'name' | 'home'>,
): Programs {
  const live = COLOURS.find((colour) => output.startsWith(`live ${colour}\n`));
  const found = new Map<string, string[]>();
  const log: string[] = [];
  for (const line of output.split('\n')) {
    const [, key = '', id = '', rest = ''] = /^(\w+) (\S+) ?(.*)$/.exec(line) ?? [];
    if (key === 'log') log.push(line.slice('log '.length));
    else if (key !== 'live')
      found.set(`${key} ${id}`, [...(found.get(`${key} ${id}`) ?? []), rest]);
  }
  const [, now = '', zone = '+0000'] = /^now (\d+) (\S+)$/m.exec(output) ?? [];
  const clock = { now: Number(now) * 1000, zone };
  const all = (key: string): readonly string[] => found.get(key) ?? [];
  const of = (key: string): readonly (readonly [id: string, rest: string])[] =>
    [...found].flatMap(([name, [rest = '']]) =>
      name.startsWith(`${key} `) ? [[name.slice(key.length + 1), rest] as const] : [],
    );
  const programs = of('program').map(([id, shown]): Program => {
    // Words such as: RUNNING 704 1795863004 uptime 0:00:10
    const [state = '', pid = '0', started = '0', ...about] = shown.split(' ');
    const [memory] = all(`memory ${id}`);
    const name = id.slice(id.indexOf(':') + 1);
    return {
      ...{ id, name, state, about: about.join(' ') },
      release: releaseOf(application, all(`folder ${id}`)[0]),
      ...{ gone: found.has(`gone ${id}`), listens: found.has(`listens ${id}`) },
      memory: memory === undefined ? undefined : Number(memory),
      answer: all(`answers ${id}`).map(parseAnswer)[0],
      elsewhere: [...new Set(all(`elsewhere ${id}`))],
      holders: [...new Set(all(`held ${id}`).map(describeHolder))],
      said: all(`said ${id}`),
      upSeconds: Number(now) - Number(started),
      ends: endsOf(log, name, clock, pid === '0' ? undefined : pid),
    };
  });
  const wanted = of('wanted').map(([id, rest]): Wanted => {
    const [log = '', address = ''] = rest.split(' ');
    return { id, log, address };
  });
  const other = live === 'blue' ? 'green' : 'blue';
  return { live, programs, wanted, hasWorkersElsewhere: found.has(`turn colours/${other}`) };
}

function describeHolder(text: string): string {
  const [pid = '', user = '', ...command] = text.split(' ');
  return `process ${pid} (${command.join(' ')}) of ${user}`;
}

function parseAnswer(text: string): Answer {
  const [status = '', seconds = '', path = ''] = text.split(' ');
  return { status: Number(status), milliseconds: Math.round(Number(seconds) * 1000), path };
}

function releaseOf(
  application: Pick<Application, 'name' | 'home'>,
  folder = '',
): string | undefined {
  const { releases } = layoutOf(application);
  if (!folder.startsWith(`${releases}/`)) return undefined;
  // The kernel marks a removed folder like that (proc(5), /proc/<pid>/cwd).
  return folder
    .slice(releases.length + 1)
    .replace(/ \(deleted\)$/, '')
    .split('/')[0];
}
