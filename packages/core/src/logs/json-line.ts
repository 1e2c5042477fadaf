import type { LogLevel, ParsedLine } from '../plugin/log-line.js';
import { levelOfNumber, levelOfStatus, levelOfWord } from './level.js';
import { timeOfText } from './line-time.js';

const TIMES = ['time', 'timestamp', '@timestamp', 'ts', 'datetime'];
const LEVELS = ['level', 'severity', 'levelname', 'log.level', 'lvl'];
const MESSAGES = ['msg', 'message'];

/** What pino and bunyan add to each line, and who reads the log knows already. */
const COMMON = new Set(['pid', 'hostname', 'v']);

/** The longest text of a value that is shown. */
const LONGEST_VALUE_CHARACTERS = 2000;

/**
 * Reads a line of JSON as pino, winston, bunyan and others write it, and nginx in our format for requests.
 *
 * @returns undefined when it is no object.
 */
export function parseJsonLine(line: string): ParsedLine | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const request = requestOf(fields);
  const time = takeFirst(fields, TIMES, timeOf);
  const level = takeFirst(fields, LEVELS, levelOf) ?? request?.level;
  const message = request?.message ?? takeFirst(fields, MESSAGES, textOf);
  const data = [...fields].filter(([key, of]) => !COMMON.has(key) && of !== '' && of !== null);
  return {
    ...(time !== undefined && { time }),
    ...(level && { level }),
    message: message ?? '',
    data: Object.fromEntries(data.map(([key, of]) => [key, shown(of)])),
  };
}

/** A request in the log of nginx: its message is the request. */
function requestOf(
  fields: Map<string, unknown>,
): { readonly message: string; readonly level: LogLevel } | undefined {
  const [method, uri, status] = ['method', 'uri', 'status'].map((key) => fields.get(key));
  if (typeof method !== 'string' || typeof uri !== 'string' || typeof status !== 'number') {
    return undefined;
  }
  if (fields.has('msg') || fields.has('message')) return undefined;
  for (const key of ['method', 'uri', 'status']) fields.delete(key);
  return { message: `${method} ${uri} ${String(status)}`, level: levelOfStatus(status) };
}

/** Takes the first of some fields that has a value of the right kind out of the rest. */
function takeFirst<T>(
  fields: Map<string, unknown>,
  keys: readonly string[],
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const key of keys) {
    const value = read(fields.get(key));
    if (value === undefined) continue;
    fields.delete(key);
    return value;
  }
  return undefined;
}

/** Milliseconds since 1970. Numbers are those, or seconds. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'string') return timeOfText(value);
  if (typeof value !== 'number' || !(value > 1e8 && value < 1e14)) return undefined;
  return value < 1e11 ? value * 1000 : value;
}

function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'string') return levelOfWord(value);
  return typeof value === 'number' ? levelOfNumber(value) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE_CHARACTERS
    ? `${text.slice(0, LONGEST_VALUE_CHARACTERS)}…`
    : text;
}
