const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the numbers, the first for `from`. */
  readonly names?: readonly string[];
}

/** crontab(5): the five time and date fields. */
const FIELDS: readonly Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 0, to: 7, names: DAYS },
];

const SHORTHANDS = [
  '@reboot',
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
];

/**
 * A schedule as crontab(5) has it: five fields, or a word such as `@daily`.
 *
 * @returns it with single spaces
 * @throws RangeError that names the wrong field.
 */
export function checkSchedule(schedule: string): string {
  if (SHORTHANDS.includes(schedule)) return schedule;
  const texts = schedule.trim().split(/[ \t]+/);
  if (schedule.startsWith('@') || texts.length !== FIELDS.length) {
    throw new RangeError(
      `Cannot use the schedule ${JSON.stringify(schedule)}: expected five fields, such as '15 3 * * *', or one of ${SHORTHANDS.join(', ')}`,
    );
  }
  FIELDS.forEach((field, at) => {
    const text = texts[at] ?? '';
    if (text.split(',').every((part) => isPart(part, field))) return;
    throw new RangeError(
      `Cannot use the schedule ${JSON.stringify(schedule)}: '${text}' is no ${field.name} (${String(field.from)} to ${String(field.to)})`,
    );
  });
  return texts.join(' ');
}

/** `*`, `4`, `mon`, `1-5`, and these two with a step: `*`/5, `1-10/2`. */
function isPart(text: string, field: Field): boolean {
  const [, all, first, last, step] =
    /^(?:(\*)|([0-9a-z]+)(?:-([0-9a-z]+))?)(?:\/([1-9]\d?))?$/i.exec(text) ?? [];
  if (all) return true;
  const from = numberOf(first, field);
  if (from === undefined) return false;
  if (last === undefined) return step === undefined;
  const to = numberOf(last, field);
  return to !== undefined && from <= to;
}

function numberOf(text: string | undefined, { from, to, names }: Field): number | undefined {
  if (text === undefined) return undefined;
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named !== -1) return from + named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return number >= from && number <= to ? number : undefined;
}
