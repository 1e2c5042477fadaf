import type { Ensure } from '../resource/define-resource.js';
import type { Resource, Address } from '../resource/resource.js';
import { MANAGED_NOTE } from '../resource-parts/managed-note.js';
import { hasControlCharacter } from '../resource-parts/path.js';
import { checkAccountName } from '../resource-parts/ownership.js';
import { timerUnits, type TimerUnits, type UnitSettings } from '../resource-parts/timer-units.js';
import { file } from './file.js';
import { UNITS } from '../resource-parts/own-unit.js';
import { noUnit } from './no-unit.js';
import { service } from './service.js';
import { sh } from '@fairness-deploy/shell';

/** A command that systemd runs at times (systemd.timer(5)). */
export interface TimerSpec {
  /** That of its units: `shop-backup` has shop-backup.timer and shop-backup.service. */
  readonly name: string;
  /** One line for people, such as `Backs up the database of shop`. */
  readonly description: string;
  /** When it runs: `daily`, `*-*-* 03:00`, `Mon 04:30` (systemd.time(7), calendar events). */
  readonly schedule: string;
  /** A program by its absolute path, and its arguments: no shell reads them. */
  readonly command: readonly [string, ...string[]];
  /** The user that runs it; default: root. */
  readonly user?: string;
  /** Seconds until it is killed, and has failed; default: 3600. */
  readonly timeoutSeconds?: number;
  /** Seconds of random delay, so that not all hosts begin at once; default: 0. */
  readonly spreadSeconds?: number;
  /** Further settings of its service, such as limits (systemd.exec(5), systemd.resource-control(5)). */
  readonly service?: UnitSettings;
}

/** The options of {@link timer}. */
export interface TimerOptions {
  readonly after?: readonly (Resource | Address)[];
  /** Default: `present`. */
  readonly ensure?: Ensure;
}

const NOTE = `# ${MANAGED_NOTE}\n`;

/**
 * A command that systemd runs at times: its two units, and the timer that is enabled and waits. A
 * run that was missed while the host was off runs later. With `ensure: 'absent'`, neither is there:
 * the timer is stopped before its files are removed.
 *
 * @returns resources that belong together; the last is the timer's `service:<name>.timer`.
 * @throws RangeError when a name, a user or a command isn't one; only the host knows systemd's
 *   times, and it refuses the unit.
 */
export function timer(spec: TimerSpec, options?: TimerOptions): readonly Resource[];
export function timer(
  spec: Pick<TimerSpec, 'name'>,
  options: TimerOptions & { readonly ensure: 'absent' },
): readonly Resource[];
export function timer(
  spec: TimerSpec | Pick<TimerSpec, 'name'>,
  { after = [], ensure = 'present' }: TimerOptions = {},
): readonly Resource[] {
  // Sound: the signatures take less than a whole spec only with `ensure: 'absent'`.
  if (ensure === 'present') return presentTimer(spec as TimerSpec, after);
  checkTimerName(spec.name);
  return ['timer', 'service'].map((type) => noUnit({ name: `${spec.name}.${type}` }, { after }));
}

function presentTimer(
  spec: TimerSpec,
  after: readonly (Resource | Address)[],
): readonly Resource[] {
  const { name, schedule } = spec;
  check(spec);
  const units = unitsOf(spec);
  const unit = file({ path: `${UNITS}/${name}.service`, content: units.service }, { after });
  const timerFile = file(
    {
      path: `${UNITS}/${name}.timer`,
      content: units.timer,
      validate: () => sh`systemd-analyze calendar -- ${schedule} >/dev/null`,
    },
    { after: [unit] },
  );
  return [
    unit,
    timerFile,
    service({ unit: `${name}.timer`, enabled: true, running: true, loads: [unit, timerFile] }),
  ];
}

function check({ name, description, schedule, command, user }: TimerSpec): void {
  checkTimerName(name);
  if (user !== undefined) checkAccountName(user);
  for (const [what, text] of [
    ['the description', description],
    ['the schedule', schedule],
    ...command.map((word) => ['the command', word] as const),
  ] as const) {
    if (hasControlCharacter(text)) {
      throw new RangeError(
        `Cannot use ${JSON.stringify(text)} as ${what} of ${name}: expected one line`,
      );
    }
  }
  if (!command[0].startsWith('/')) {
    throw new RangeError(
      `Cannot run ${JSON.stringify(command[0])} by ${name}: expected the absolute path of a program`,
    );
  }
}

function unitsOf(spec: TimerSpec): TimerUnits {
  const { schedule, timeoutSeconds = 3600, spreadSeconds = 0 } = spec;
  const own = { note: NOTE, schedules: [schedule], catchUp: true };
  return timerUnits({ ...spec, ...own, timeoutSeconds, spreadSeconds });
}

/** @throws RangeError when it cannot be the name of a timer. */
function checkTimerName(name: string): void {
  if (/^[a-z0-9][a-z0-9_.-]{0,100}$/.test(name)) return;
  throw new RangeError(
    `Cannot name a timer ${JSON.stringify(name)}: expected lower-case letters, digits, '-', '_' and '.'`,
  );
}
