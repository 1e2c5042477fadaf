/** A time at the beginning of a line. */
export interface LineTime {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The line behind the time. */
  readonly rest: string;
}

const MONTHS = [
  ...['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'],
  ...['Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
];

/** ISO 8601, as programs write it: also with a blank and a comma, as Python, Supervisor and PostgreSQL do. */
const ISO =
  /^\[?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?\]?/;

/** nginx's errors. */
const NGINX = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)/;

/** A request in the format "combined" of nginx. The visitor says who logs in. */
const REQUEST =
  /^\S{1,64} [^[]{1,300}\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]/;

/**
 * Finds the time of a line.
 *
 * @param zoneMinutes of the host, east of UTC, for times without a zone
 */
export function timeOfLine(line: string, zoneMinutes: number): LineTime | undefined {
  const iso = ISO.exec(line) ?? NGINX.exec(line);
  if (iso) {
    const [found, year, month, day, hour, minute, second, fraction = '', zone] = iso;
    return at(found, line, [year, month, day, hour, minute, second], {
      milliseconds: Number(fraction.padEnd(3, '0').slice(0, 3)),
      zoneMinutes: zone === undefined ? zoneMinutes : minutesOf(zone),
    });
  }
  const request = REQUEST.exec(line);
  if (!request) return undefined;
  const [found, day, name = '', year, hour, minute, second, zone = ''] = request;
  const month = String(MONTHS.indexOf(name) + 1);
  return at(found, line, [year, month, day, hour, minute, second], {
    ...{ milliseconds: 0, zoneMinutes: minutesOf(zone) },
  });
}

/** A whole text that is a time, such as in JSON; undefined for another one. */
export function timeOfText(text: string): number | undefined {
  const found = timeOfLine(text, 0);
  return found?.rest === '' ? found.time : undefined;
}

function at(
  found: string,
  line: string,
  parts: readonly (string | undefined)[],
  of: { readonly milliseconds: number; readonly zoneMinutes: number },
): LineTime | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) {
    return undefined;
  }
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, of.milliseconds);
  return { time: utc - of.zoneMinutes * 60_000, rest: line.slice(found.length) };
}

/** The minutes of a zone such as `+0130`, `-05:00` or `Z`. */
function minutesOf(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  const value = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -value : value;
}
