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
 * What a schema expected, in words for people who don't know TypeScript: a zod error map.
 * A message that a schema brings itself goes before it.
 */
export function inPlainWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${kindOf(issue.expected, issue.inst)}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}`;
    case 'too_small':
      return `expected ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `expected ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
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

function kindOf(expected: string, schema: z.core.$ZodRawIssue['inst']): string {
  // Zod keeps the bounds that were put on a schema here, for libraries such as this one.
  const bag =
    schema && '_zod' in schema ? (schema._zod as { bag?: Record<string, unknown> }).bag : undefined;
  const { format: numberFormat, minimum, maximum } = bag ?? {};
  const whole = expected === 'int' || (expected === 'number' && numberFormat === 'safeint');
  const kind = whole ? 'a whole number' : (KINDS[expected] ?? expected);
  const bounded = ['number', 'int'].includes(expected);
  const isBound = (bound: unknown): bound is number =>
    typeof bound === 'number' &&
    Number.isFinite(bound) &&
    Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  if (!bounded) return kind;
  if (isBound(minimum) && isBound(maximum))
    return `${kind} between ${String(minimum)} and ${String(maximum)}`;
  if (isBound(minimum)) return `${kind} of at least ${String(minimum)}`;
  if (isBound(maximum)) return `${kind} of at most ${String(maximum)}`;
  return kind;
}

function amount(origin: string, comparison: string, limit: number | bigint): string {
  const number = String(limit);
  const units: Readonly<Record<string, string>> = {
    string: 'character',
    array: 'item',
    set: 'item',
    map: 'key',
    object: 'key',
  };
  const unit = units[origin];
  if (unit === undefined)
    return `a number of ${comparison} ${number}`
      .replace('of more', 'greater')
      .replace('of less', 'less');
  return `${comparison} ${number} ${unit}${number === '1' ? '' : 's'}`;
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
