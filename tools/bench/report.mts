import { table } from '../lab/table.mjs';
import { type Figures, type Result } from './measure.mjs';
import { type Verdict } from './targets.mjs';

const HEADINGS = ['', 'runs', 'min', 'median', 'max', 'CPU', 'memory', 'trips', 'sent', 'received'];

/** The figures as a table for people: seconds, MB and kB. */
export function figuresTable(results: readonly Result[]): string {
  return table([HEADINGS, ...results.filter((each) => each.error === undefined).map(row)]);
}

/** The measures that failed, and why. */
export function failures(results: readonly Result[]): string {
  const reasons = [...new Set(results.flatMap(({ error }) => error ?? []))];
  return reasons
    .map((reason) => {
      const names = results.filter(({ error }) => error === reason).map(({ name }) => name);
      return `Not measured: ${names.join(', ')}\n  ${reason.slice(0, 500)}\n\n`;
    })
    .join('');
}

function row({
  name,
  runs,
  time,
  cpu,
  memory,
  roundTrips,
  bytesSent,
  bytesReceived,
}: Figures): readonly string[] {
  return [
    name,
    String(runs),
    seconds(time.min),
    seconds(time.median),
    seconds(time.max),
    cpu ? seconds(cpu.median) : '',
    memory ? `${(memory / 1e6).toFixed(0)} MB` : '',
    roundTrips === undefined ? '' : String(roundTrips),
    bytesSent === undefined ? '' : kilobytes(bytesSent),
    bytesReceived === undefined ? '' : kilobytes(bytesReceived),
  ];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1e3).toFixed(1)} kB`;
}

/** Whether the targets are met, as far as they were measured. */
export function targetsTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  return table(
    verdicts.map(({ what, actual, limit, unit, met }) => [
      what,
      show(actual, unit),
      `of at most ${show(limit, unit)}:`,
      met ? 'met' : `missed by ${show(Math.round((actual - limit) * 100) / 100, unit)}`,
    ]),
  );
}

function show(amount: number, unit: Verdict['unit']): string {
  return unit === 'ms' ? seconds(amount) : `${String(amount)} ${unit}`;
}
