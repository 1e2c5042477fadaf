import type { ReportEvent, Reporter } from './event.js';
import { paint } from './paint.js';
import { textReporter } from './text-reporter.js';

/** Erases the screen, and goes to its beginning. */
const CLEAR = '\u001b[2J\u001b[H';
/** Erase to the screen's end: a terminal that was made narrower may have wrapped the line. */
const ERASE = '\r\u001b[J';
/** Milliseconds between two drawings. */
const REDRAW_INTERVAL_MILLISECONDS = 100;
const SEPARATOR = '  ·  ';
/** The fewest columns for one step among several. */
const LEAST_COLUMNS = 16;

/** The parts of a terminal that a live view uses. */
export interface Terminal {
  /** 0 when it does not know. */
  readonly columns: number;
  write(text: string): unknown;
}

/**
 * For a terminal: prints lines as events come, and below them the running steps, their times, and
 * the last line that each printed. Its input must be printable, see printableReporter().
 */
export function liveReporter(terminal: Terminal): Reporter {
  const running = new Map<string, { readonly since: number; line: string }>();
  let drawn = false;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): void => {
    if (drawn) terminal.write(ERASE);
    drawn = false;
  };
  const draw = (): void => {
    if (running.size === 0) return;
    const now = performance.now();
    const columns = terminal.columns || 80;
    const steps = [...running].map(([name, { since, line }]) =>
      `${name} ${((now - since) / 1000).toFixed(1)} s ${line}`.replaceAll('\t', ' ').trimEnd(),
    );
    // Without the last column, at which some terminals wrap.
    const text = fitted(`… ${shared(steps, columns - 3)}`, columns - 1);
    // The cursor goes back to the line's start, where it stays when a resized terminal wraps the line.
    terminal.write(`${ERASE}${paint('dim', text)}\r`);
    drawn = true;
  };
  const text = textReporter({
    colours: true,
    write: (line) => {
      erase();
      terminal.write(line);
    },
  });

  const follow = (event: ReportEvent): void => {
    if (event.type === 'step-started') {
      running.set(keyOf(event), {
        since: performance.now(),
        line: '',
      });
    } else if (event.type === 'step-ended') {
      running.delete(keyOf(event));
    } else if (event.type === 'step-output') {
      const entry = running.get(keyOf(event));
      if (entry) entry.line = event.line.trim();
    } else if (event.type === 'host-ended') {
      for (const key of running.keys()) if (key.startsWith(`${event.host}: `)) running.delete(key);
    } else if (event.type === 'ended') {
      running.clear();
    }
  };

  return {
    report: (event) => {
      follow(event);
      if (event.type === 'again') terminal.write(CLEAR);
      text.report(event);
      if (running.size > 0 && !timer)
        timer = setInterval(draw, REDRAW_INTERVAL_MILLISECONDS).unref();
      if (running.size === 0) {
        clearInterval(timer);
        timer = undefined;
        erase();
      }
    },
  };
}

/** The text of a running step. */
function keyOf({ host, name }: { readonly host?: string; readonly name: string }): string {
  return host === undefined ? name : `${host}: ${name}`;
}

/**
 * The steps on one line: each has its share of the columns, and the columns that earlier ones
 * leave.
 */
function shared(steps: readonly string[], columns: number): string {
  let left = columns - SEPARATOR.length * (steps.length - 1);
  return steps
    .map((step, at) => {
      const shown = fitted(step, Math.max(LEAST_COLUMNS, Math.floor(left / (steps.length - at))));
      left -= widthOf(shown);
      return shown;
    })
    .join(SEPARATOR);
}

/** The start of a text that takes at most so many columns. */
function fitted(text: string, columns: number): string {
  let left = columns;
  let start = '';
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    start += character;
  }
  return start;
}

/**
 * The most columns that a text takes. Terminals differ: a character that any of them shows wide
 * counts as wide (Unicode UAX #11). For brevity, so do all from U+2C00 on; the few narrow ones
 * among them are cut early.
 */
function widthOf(text: string): number {
  const wide = /[\u1100-\u115f\u2329\u232a\u2c00-\u{10ffff}]|\p{Emoji_Presentation}/u;
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}
