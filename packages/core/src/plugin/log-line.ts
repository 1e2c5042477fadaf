/** How grave a line of a log is, the least grave first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line of a log says. */
export interface ParsedLine {
  /** Milliseconds since 1970; undefined when it has no time that we know. */
  readonly time?: number;
  readonly level?: LogLevel;
  /** Of a line of JSON, and of systemd's journal: the message alone. */
  readonly message?: string;
  /** Of a line of JSON: the rest. */
  readonly data?: Readonly<Record<string, string>>;
}
