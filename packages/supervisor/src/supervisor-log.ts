/** What supervisord has logged of a program, by supervisord's own words (supervisor/process.py, its _log calls). */
interface LoggedEvent {
  readonly kind: 'spawned' | 'exited' | 'other';
  readonly at: string;
  /** Of a spawned process. */
  readonly pid?: string;
  /** How it ended, such as `exit status 1`. */
  readonly how?: string;
}

/** The ends by itself of a program's process, and of those that Supervisor started in its place. */
export interface Ends {
  /** How often it ended since it was last started by a deployment or by hand. */
  readonly count: number;
  /** When it last ended, ISO 8601. */
  readonly last?: string;
  /** How it last ended: `exit status 1`, `terminated by SIGKILL`. */
  readonly how?: string;
  /** How often it ended in the last minutes. */
  readonly lately: number;
  /** The longest that one of these processes has run, in seconds. */
  readonly longestSeconds: number;
}

/** What the last minutes are. */
const LATELY_MILLISECONDS = 10 * 60 * 1000;

/**
 * How often a program ended by itself, in the lines of supervisord's log. They have the name of the program,
 * which both colours share: so what counts is the unbroken chain of ends and starts that leads to the
 * process which runs now, or to the end of the log.
 *
 * @param now the host's time, milliseconds since 1970
 * @param zone its time zone, such as `+0100`: the log has local times
 * @param pid the process that runs now
 */
export function endsOf(
  lines: readonly string[],
  name: string,
  { now, zone }: { readonly now: number; readonly zone: string },
  pid: string | undefined,
): Ends {
  const events = lines.flatMap((line) => parseLine(line, name, zone));
  const current = events.findLastIndex((one) => one.kind === 'spawned' && one.pid === pid);
  const before = pid === undefined ? events : current === -1 ? [] : events.slice(0, current);
  const ends: LoggedEvent[] = [];
  const seconds: number[] = [];
  for (const event of before.toReversed()) {
    if (event.kind === 'other') break;
    const last = ends.at(-1);
    if (event.kind === 'exited') {
      ends.push(event);
    } else if (last) {
      seconds.push((Date.parse(last.at) - Date.parse(event.at)) / 1000);
    } else {
      // Two starts without an end between them are of two colours.
      break;
    }
  }
  const [last] = ends;
  if (!last) return { count: 0, lately: 0, longestSeconds: 0 };
  const since = now - LATELY_MILLISECONDS;
  return {
    ...{ count: ends.length, last: last.at },
    ...(last.how !== undefined && { how: last.how }),
    lately: ends.filter(({ at }) => Date.parse(at) >= since).length,
    longestSeconds: Math.max(0, ...seconds),
  };
}

/** `2026-12-01 04:02:11,123 WARN exited: api (exit status 1; not expected)` */
const LINE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d),\d+ \w+ (\w[\w ]*): '?([\w.-]+)'?(.*)$/;

function parseLine(line: string, wanted: string, zone: string): readonly LoggedEvent[] {
  const [, day, time, what, name, rest = ''] = LINE.exec(line) ?? [];
  if (name !== wanted || day === undefined || time === undefined) return [];
  const moment = new Date(`${day}T${time}${zone.replace(/(\d\d)$/, ':$1')}`);
  if (Number.isNaN(moment.getTime())) return [];
  const at = moment.toISOString().replace('.000Z', 'Z');
  switch (what) {
    case 'spawned':
      return [{ kind: 'spawned', at, pid: /pid (\d+)/.exec(rest)?.[1] ?? '' }];
    case 'exited':
      return [{ kind: 'exited', at, how: /\(([^;)]*)/.exec(rest)?.[1] ?? 'unknown' }];
    // It says of a start what the state says too.
    case 'success':
    case 'gave up':
      return [];
    default:
      return [{ kind: 'other', at }];
  }
}
