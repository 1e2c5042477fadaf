/** The file of settings in conf.d (PostgreSQL's manual, 20.1.2), and what of it needs a restart. */
import { MANAGED_NOTE } from '@fairness-deploy/core/resources';

export type Settings = Readonly<Record<string, string>>;

/** The line of the file that says for which memory it is, if it is for any. */
export const MEMORY_NOTE_LINE = 2;

const MEMORY_NOTE = /^# For (\d+) MB of memory\.$/m;

/** @param memory the megabytes that they are for; undefined: not for any */
export function settingsText(settings: Settings, memory: number | undefined): string {
  return [
    `# ${MANAGED_NOTE}`,
    ...(memory === undefined ? [] : [`# For ${String(memory)} MB of memory.`]),
    ...Object.entries(settings).map(([name, value]) => `${name} = ${quoteSetting(value)}`),
    '',
  ].join('\n');
}

/** The megabytes that a file of ours is for. */
export function memoryIn(text: string): number | undefined {
  const [, megabytes] = MEMORY_NOTE.exec(text) ?? [];
  return megabytes === undefined ? undefined : Number(megabytes);
}

/** A value as YAML gives it. */
export function settingValue(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

/** A quoted value of a configuration file: a quote is doubled, and a backslash begins an escape (guc-file.l). */
export function quoteSetting(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** The names that a file of ours sets. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^([a-z_][a-z0-9_.]*) = /gm)].flatMap(([, name]) => name ?? []);
}

/** Whether two values of a setting are the same, in whatever units: `1024MB` and `1GB`. */
export function sameValue(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 },
  ...{ us: 1, ms: 1e3, s: 1e6, min: 6e7, h: 3.6e9, d: 8.64e10 },
};
const BOOLEANS: Readonly<Record<string, string>> = {
  ...{ on: 'on', true: 'on', yes: 'on', off: 'off', false: 'off', no: 'off' },
};

function canonical(value: string): string {
  const [, number, unit] = /^\s*(-?\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(value) ?? [];
  if (number === undefined || unit === undefined) return BOOLEANS[value.toLowerCase()] ?? value;
  const factor = unit === '' ? 1 : UNITS[unit];
  return factor === undefined ? value : String(Number(number) * factor);
}
