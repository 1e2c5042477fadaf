import type { Format } from '@fairness-deploy/core/resources';

/**
 * A value of a .env file. What needs no escape is in single quotes, which sh, Node.js's `--env-file`
 * and the usual libraries read alike; a value with a single quote is in double quotes or backticks.
 *
 * @throws RangeError when none of them holds the value, as no escape means the same to all readers.
 */
export const dotenvFormat: Format = (value) => {
  // Readers take \' for a quote within the value, or the backslash for the end of the line.
  const held = !/\r|\\$/.test(value) && QUOTES.find(({ unfit }) => !unfit.test(value));
  if (held) return `${held.quote}${value}${held.quote}`;
  throw new RangeError(
    `no quotes of a .env file hold it: it has a carriage return, all of ' " and \`, or ends with \\`,
  );
};

const QUOTES = [
  { quote: "'", unfit: /'/ },
  // Readers expand variables and escapes in these.
  { quote: '"', unfit: /["\\$`]/ },
  { quote: '`', unfit: /`/ },
];
