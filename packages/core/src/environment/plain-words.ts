import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  map: 'a map',
  array: 'a list',
  tuple: 'a list',
  set: 'a list',
  null: 'nothing',
  undefined: 'nothing',
};

const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  uuid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  cidrv4: 'an IPv4 network such as 10.0.0.0/24',
  cidrv6: 'an IPv6 network such as fd00::/64',
  hostname: 'a host name',
  date: 'a date such as 2026-01-31',
  datetime: 'a date and time such as 2026-01-31T12:00:00Z',
  duration: 'a duration such as PT5M',
};

/**
 * A zod error map: says what a schema expected, in words for people who don't know TypeScript. A
 * schema's own message has priority.
 */
export function inPlainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kindOf(issue.expected, issue.inst)}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}`;
    case 'too_small': {
      const unit = UNITS[issue.origin];
      const bound = lowerBound(issue.minimum, issue.inclusive ?? true);
      return `expected ${unit === undefined ? `a number ${bound}` : size('at least', unit, issue.minimum)}`;
    }
    case 'too_big': {
      const unit = UNITS[issue.origin];
      const bound = upperBound(issue.maximum, issue.inclusive ?? true);
      return `expected ${unit === undefined ? `a number ${bound}` : size('at most', unit, issue.maximum)}`;
    }
    case 'not_multiple_of':
      return `expected a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return `expected ${format(issue)}`;
    default:
      return undefined;
  }
}

/** `"a", "b" or "c"`. */
function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) =>
    typeof value === 'string' ? JSON.stringify(value) : String(value),
  );
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} or ${last}`;
}

/** A number's bounds are in the message, whichever check failed first. */
function kindOf(expected: string, schema: z.core.$ZodRawIssue['inst']): string {
  const { def } = (schema as z.core.$ZodTypes | undefined)?._zod ?? {};
  if (def?.type !== 'number') return KINDS[expected] ?? expected;
  const checks = (def.checks ?? []).map((each) => (each as z.core.$ZodChecks)._zod.def);
  const formats = [def, ...checks].map((each) => ('format' in each ? each.format : undefined));
  const kind = formats.includes('safeint') ? 'a whole number' : 'a number';
  const low = checks.find((check) => check.check === 'greater_than');
  const high = checks.find((check) => check.check === 'less_than');
  if (low?.inclusive === true && high?.inclusive === true) {
    return `${kind} between ${String(low.value)} and ${String(high.value)}`;
  }
  const bounds = [
    ...(low === undefined ? [] : [lowerBound(low.value, low.inclusive)]),
    ...(high === undefined ? [] : [upperBound(high.value, high.inclusive)]),
  ];
  return [kind, bounds.join(' and ')].join(' ').trimEnd();
}

function lowerBound(value: unknown, inclusive: boolean): string {
  return `${inclusive ? 'of at least' : 'greater than'} ${String(value)}`;
}

function upperBound(value: unknown, inclusive: boolean): string {
  return `${inclusive ? 'of at most' : 'less than'} ${String(value)}`;
}

const UNITS: Readonly<Record<string, string>> = {
  string: 'character',
  array: 'item',
  set: 'item',
  map: 'key',
  object: 'key',
};

/** `at least 3 characters`. */
function size(comparison: string, unit: string, limit: number | bigint): string {
  return `${comparison} ${String(limit)} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

function format(issue: Extract<z.core.$ZodRawIssue, { code: 'invalid_format' }>): string {
  if (issue.format === 'starts_with')
    return `text that begins with ${JSON.stringify(issue.prefix)}`;
  if (issue.format === 'ends_with') return `text that ends with ${JSON.stringify(issue.suffix)}`;
  if (issue.format === 'includes') return `text that holds ${JSON.stringify(issue.includes)}`;
  const known = FORMATS[issue.format];
  if (known !== undefined) return known;
  return issue.pattern === undefined
    ? `text of the form ${issue.format}`
    : `text that matches ${issue.pattern}`;
}
