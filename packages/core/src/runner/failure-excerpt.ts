import { printable } from '@fairness-deploy/shell/text';

/** An output of so many lines is shown whole: an excerpt is no longer, and can be in an output. */
const WHOLE_LINES = 40;

/** How many lines are shown before the first error, after it, and at the end. */
const BEFORE = 3;
const AFTER = 9;
const LAST = 20;

/** The most characters of a line that are shown: its beginning and its end. */
const LONGEST_LINE_CHARACTERS = 500;
const BEGINNING_CHARACTERS = 300;

/** The most characters of a line in which a mark of an error is looked for. */
const SEARCHED_CHARACTERS = 500;

/**
 * Marks of the first error in the output of a project's command. They are the words of programs that
 * projects use: npm, Node.js, TypeScript, TypeORM, Prisma, Vite, webpack, pip, Python, git, gcc and
 * make. A word such as `error` in the middle of a sentence is none.
 */
const MARKS: readonly RegExp[] = [
  /\bERR!/,
  /^npm error\b/,
  // TypeError: …, QueryFailedError: …, Error [ERR_MODULE_NOT_FOUND]: …
  /(?:^|[\s"'([])[\w.$]*(?:Error|Exception)(?: \[\w+\])?: /,
  // error: …, two.c:1:25: error: …, error TS2322: …, [ERROR] …, ERROR in ./src/main.js
  /(?:^|[\s[(:])(?:error|ERROR)(?:[:\]]|\[\w+\]:|!| TS\d|\s+(?:in|during)\b)/,
  /^Error(?: |$)/,
  /(?<!\b0 )\bFAILED\b/,
  /^\W*Traceback \(/,
  /(?:^|\s)(?:fatal|FATAL|panic): /,
  /\bCannot find\b/,
  /\b(?:[Bb]uild|query) failed\b/,
  /^make(?:\[\d+\])?: \*\*\* /,
  /: (?:command )?not found$/,
];

/** Lines that are no error, whatever they quote. */
const HARMLESS = /^\s*(?:npm warn|npm WARN|warning\b|WARNING\b|\(node:\d+\))/;

/**
 * The part of a failed command's output that tells most: all of it when it is short, else the lines
 * around the first that looks like an error, and the last ones. Later errors often follow from the
 * first one.
 */
export function failureExcerpt(output: string): string {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= WHOLE_LINES) return shown(lines).join('\n');
  const first = lines.findIndex(looksLikeError);
  if (first === -1 || first - BEFORE >= lines.length - WHOLE_LINES) {
    return [...leftOut(lines.length - WHOLE_LINES), ...shown(lines.slice(-WHOLE_LINES))].join('\n');
  }
  const from = Math.max(0, first - BEFORE);
  const to = Math.min(lines.length, first + AFTER + 1);
  const tail = Math.max(to, lines.length - LAST);
  return [
    ...leftOut(from),
    ...shown(lines.slice(from, to)),
    ...leftOut(tail - to),
    ...shown(lines.slice(tail)),
  ].join('\n');
}

/** Whether a line of a program's output says that something has failed. */
export function looksLikeError(line: string): boolean {
  const text = printable(line.slice(0, SEARCHED_CHARACTERS));
  return !HARMLESS.test(text) && MARKS.some((mark) => mark.test(text));
}

function leftOut(count: number): readonly string[] {
  return count > 0 ? [`… ${String(count)} line${count === 1 ? '' : 's'} left out …`] : [];
}

function shown(lines: readonly string[]): readonly string[] {
  return lines.map(shortened);
}

function shortened(line: string): string {
  if (line.length <= LONGEST_LINE_CHARACTERS) return line;
  const end = LONGEST_LINE_CHARACTERS - BEGINNING_CHARACTERS;
  return `${line.slice(0, BEGINNING_CHARACTERS)} … ${line.slice(-end)}`;
}
