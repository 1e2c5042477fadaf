import { clearInterval, setInterval } from 'node:timers';
import type { ReportEvent, Reporter } from './event.js';
import { paint } from './paint.js';
import { textReporter } from './text-reporter.js';

const ERASE_LINE = '\r\u001b[K';
/** Milliseconds between two drawings. */
const PERIOD = 100;

/** A terminal, as far as a live view needs it. */
export interface Terminal {
  readonly columns: number;
  write(text: string): unknown;
}

/**
 * For a terminal: lines as things happen, and below them what runs now, for how long, and
 * the last line that it printed. What it gets must be printable, see printableReporter().
 */
export function liveReporter(terminal: Terminal): Reporter {
  const running = new Map<string, { readonly since: number; line: string }>();
  let drawn = false;
  let timer: NodeJS.Timeout | undefined;

  const erase = (): void => {
    if (drawn) terminal.write(ERASE_LINE);
    drawn = false;
  };
  const draw = (): void => {
    if (running.size === 0) return;
    const now = performance.now();
    const text = [...running]
      .map(([name, { since, line }]) => `${name} ${((now - since) / 1000).toFixed(1)} s ${line}`)
      .join('  ·  ');
    terminal.write(
      `${ERASE_LINE}${paint('dim', `… ${text}`.slice(0, Math.max(20, terminal.columns - 1)))}`,
    );
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
      running.set(`${event.host}: ${event.name}`, {
        since: performance.now(),
        line: '',
      });
    } else if (event.type === 'step-ended') {
      running.delete(`${event.host}: ${event.name}`);
    } else if (event.type === 'step-output') {
      const entry = running.get(`${event.host}: ${event.name}`);
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
      text.report(event);
      if (running.size > 0 && !timer) timer = setInterval(draw, PERIOD).unref();
      if (running.size === 0) {
        clearInterval(timer);
        timer = undefined;
        erase();
      }
    },
  };
}
