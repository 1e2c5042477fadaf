/** Checks calendar events of systemd (systemd.time(7)) as far as a client can: the host has the last word. */

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const FULL_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const SHORTHANDS = [
  ...['minutely', 'hourly', 'daily', 'weekly', 'monthly'],
  ...['quarterly', 'semiannually', 'yearly', 'annually'],
];

/** A part of a date or a time. */
interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Whether it may have a fraction. */
  readonly fraction?: true;
}

const YEAR: Part = { name: 'year', from: 1970, to: 2199 };
const MONTH: Part = { name: 'month', from: 1, to: 12 };
const DAY: Part = { name: 'day of the month', from: 1, to: 31 };
const HOUR: Part = { name: 'hour', from: 0, to: 23 };
const MINUTE: Part = { name: 'minute', from: 0, to: 59 };
const SECOND: Part = { name: 'second', from: 0, to: 59, fraction: true };

/** A problem of a text that is no calendar event. */
export interface CalendarProblem {
  readonly message: string;
  readonly hint: string;
}

const SUCH_AS = 'write such as "Mon 07:00", "*-*-01 03:30" or "*:0/15", see systemd.time(7)';

/** The problem of a calendar event; undefined when there is none. */
export function calendarProblem(text: string): CalendarProblem | undefined {
  const message = problemOf(text);
  if (message === undefined) return undefined;
  const isCron = /^@\w+$|^(?:[\d*][\d*,/-]* ){4}[\w*,/-]+$/.test(text);
  return { message, hint: isCron ? `this is how cron writes times; ${SUCH_AS}` : SUCH_AS };
}

function problemOf(text: string): string | undefined {
  const expected = 'expected a calendar event of systemd';
  if (text === '' || text !== text.trim() || /\s\s|[^\S ]/.test(text)) {
    return `${expected}, with single blanks`;
  }
  const words = text.split(' ');
  const zone = words.length > 1 && /^[A-Za-z]/.test(words.at(-1) ?? '') ? words.pop() : undefined;
  if (zone !== undefined && !isTimeZone(zone)) return `there is no time zone "${zone}"`;
  const [first = ''] = words;
  if (words.length === 1 && SHORTHANDS.includes(first.toLowerCase())) return undefined;
  if (/^[A-Za-z]/.test(first)) {
    const problem = daysProblem(first);
    if (problem !== undefined) return problem;
    words.shift();
  }
  const date = words[0]?.includes(':') === false ? words.shift() : undefined;
  const time = words.shift();
  if (words.length > 0 || (time !== undefined && !time.includes(':'))) return expected;
  return (
    (date === undefined ? undefined : dateProblem(date)) ??
    (time === undefined ? undefined : timeProblem(time))
  );
}

/** A zone of the tz database, such as Europe/Berlin. */
function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `Mon`, `Mon,Thu`, `Mon..Fri`. */
function daysProblem(text: string): string | undefined {
  for (const range of text.split(',')) {
    const [from = '', to = from, ...more] = range.split(/\.\.|-/);
    const [first, last] = [from, to].map((day) =>
      Math.max(DAYS.indexOf(day.toLowerCase()), FULL_DAYS.indexOf(day.toLowerCase())),
    ) as [number, number];
    const wrong = [from, to].find((_, at) => (at === 0 ? first : last) === -1);
    if (wrong !== undefined) return `"${wrong}" is no day of the week (Mon to Sun)`;
    if (first > last || more.length > 0) return `"${range}" is no range of days of the week`;
  }
  return undefined;
}

/** `2026-12-24`, `12-24`, `*-*-01`; with `~`, days are counted from the end of the month. */
function dateProblem(text: string): string | undefined {
  const [, year, month = '', day = ''] = /^(?:([^-~]+)-)?([^-~]+)[-~]([^-~]+)$/.exec(text) ?? [];
  if (month === '') return `"${text}" is no date (year-month-day)`;
  return (
    (year === undefined ? undefined : partProblem(year, YEAR)) ??
    partProblem(month, MONTH) ??
    partProblem(day, DAY)
  );
}

/** `07:00`, `*:0/15`, `07:00:30`. */
function timeProblem(text: string): string | undefined {
  const parts = text.split(':');
  const [hour = '', minute = '', second] = parts;
  if (parts.length > 3) return `"${text}" is no time (hour:minute or hour:minute:second)`;
  return (
    partProblem(hour, HOUR) ??
    partProblem(minute, MINUTE) ??
    (second === undefined ? undefined : partProblem(second, SECOND))
  );
}

/** `*`, or a list of `4`, `1..5`, and these two with a step: `0/15`. */
function partProblem(text: string, { name, from, to, fraction }: Part): string | undefined {
  if (text === '*') return undefined;
  const number = fraction ? String.raw`\d{1,4}(?:\.\d{1,6})?` : String.raw`\d{1,4}`;
  const pattern = new RegExp(`^(${number})(?:\\.\\.(${number}))?(?:/(${number}))?$`);
  for (const range of text.split(',')) {
    const [, ...found] = pattern.exec(range) ?? [];
    const [first = NaN, last = first, step] = found.map((one) =>
      (one as string | undefined) === undefined ? undefined : Number(one),
    );
    const isIn = first >= from && last < to + 1 && first <= last;
    if (!isIn || (step !== undefined && (step <= 0 || first + step >= to + 1))) {
      return `"${range}" is no ${name} (${String(from)} to ${String(to)})`;
    }
  }
  return undefined;
}
