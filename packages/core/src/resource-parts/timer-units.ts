/** The two units of a command that systemd runs at times (systemd.timer(5), systemd.service(5)), as text. */

/** The parts of the units. No value may have a line break, except the words of a command. */
export interface TimerUnitsSpec {
  /** The first lines of both files, comments. */
  readonly note: string;
  readonly description: string;
  /** Calendar events (systemd.time(7)). */
  readonly schedules: readonly string[];
  /** Whether a run that was missed while the host was off is made up for. */
  readonly catchUp: boolean;
  /** The most seconds of a random delay. */
  readonly spreadSeconds: number;
  /** A program by its absolute path, and its arguments: no shell reads them. */
  readonly command: readonly string[];
  readonly user?: string;
  readonly timeoutSeconds: number | 'infinity';
  /** Further settings of the service, and of its section `Unit`. */
  readonly service?: UnitSettings;
  readonly unit?: UnitSettings;
}

/** Settings of a unit, as systemd reads them: see {@link unitText} and {@link unitCommand}. */
export type UnitSettings = Readonly<Record<string, string | number>>;

/** The content of `<name>.service` and of `<name>.timer`, which is true to the second: systemd's default is a minute. */
export interface TimerUnits {
  readonly service: string;
  readonly timer: string;
}

export function timerUnits(spec: TimerUnitsSpec): TimerUnits {
  const { note, description, command, user, timeoutSeconds } = spec;
  const { schedules, catchUp, spreadSeconds } = spec;
  return {
    service: `${note}[Unit]
Description=${unitText(description)}
${settingLines(spec.unit)}
[Service]
Type=oneshot
ExecStart=${unitCommand(command)}
TimeoutStartSec=${String(timeoutSeconds)}
${user === undefined ? '' : `User=${user}\n`}${settingLines(spec.service)}`,
    timer: `${note}[Unit]
Description=${unitText(description)}

[Timer]
${schedules.map((one) => `OnCalendar=${unitText(one)}\n`).join('')}Persistent=${String(catchUp)}
RandomizedDelaySec=${String(spreadSeconds)}
AccuracySec=1s

[Install]
WantedBy=timers.target
`,
  };
}

function settingLines(settings: UnitSettings = {}): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${String(value)}\n`)
    .join('');
}

/** A text in a unit: without specifiers (systemd.unit(5), SPECIFIERS). */
export function unitText(text: string): string {
  return text.replaceAll('%', '%%');
}

/** A command line in a unit, whose words systemd takes as they are (systemd.service(5), COMMAND LINES). */
export function unitCommand(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

/** The first of a command is no prefix such as `-`. */
function quoteWord(word: string): string {
  const quoted = unitText(word).replaceAll(/["\\]/g, '\\$&').replaceAll('$', '$$$$');
  return `"${quoted.replaceAll('\n', String.raw`\n`)}"`;
}
