import { spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { WriteStream } from 'node:tty';
import { Terminal, type IBuffer } from '@xterm/headless';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ReportEvent, Reporter } from './event.js';
import { liveReporter } from './live-reporter.js';
import { outputTo } from './output.js';
import { printableReporter } from './printable-reporter.js';
import { reporterFor } from './reporter-for.js';

/**
 * A terminal and what a person sees on it. xterm.js, the terminal of VS Code, is well kept, needs no
 * other package and knows which characters are wide; reading escape sequences here would be a second
 * opinion of ours.
 */
class Screen {
  readonly #terminal: Terminal;

  /** @param driven whether a terminal's driver makes '\r\n' of each '\n' before it comes here. */
  constructor(columns: number, driven = false) {
    this.#terminal = new Terminal({
      cols: columns,
      rows: 24,
      convertEol: !driven,
      allowProposedApi: true,
    });
  }

  get columns(): number {
    return this.#terminal.cols;
  }

  write(text: string | Buffer): void {
    this.#terminal.write(typeof text === 'string' ? Buffer.from(text) : text);
  }

  resize(columns: number): void {
    this.#terminal.resize(columns, 24);
  }

  /** The rows, without what is blank at the end. */
  async shows(): Promise<string> {
    const buffer = await this.#buffer();
    return Array.from(
      { length: buffer.length },
      (_, row) => buffer.getLine(row)?.translateToString(true) ?? '',
    )
      .join('\n')
      .trimEnd();
  }

  async cursor(): Promise<{ readonly row: number; readonly column: number }> {
    const { baseY, cursorX, cursorY } = await this.#buffer();
    return { row: baseY + cursorY, column: cursorX };
  }

  /** Once all is read that was written. */
  async #buffer(): Promise<IBuffer> {
    await new Promise<void>((resolve) => {
      this.#terminal.write('', resolve);
    });
    return this.#terminal.buffer.active;
  }
}

const started = (...hosts: readonly string[]): ReportEvent => ({
  type: 'started',
  command: 'deploy',
  environment: 'prod',
  hosts,
});
const begins = (host: string, name: string): ReportEvent => ({ type: 'step-started', host, name });
const prints = (host: string, name: string, line: string): ReportEvent => ({
  type: 'step-output',
  host,
  name,
  line,
});
const done = (host: string, name: string): ReportEvent => ({
  type: 'step-ended',
  host,
  name,
  status: 'done',
  milliseconds: 1234,
});
const hostEnded = (host: string): ReportEvent => ({
  type: 'host-ended',
  host,
  outcome: 'changed',
  summary: 'live',
  milliseconds: 2000,
});
const ended: ReportEvent = { type: 'ended', success: true, milliseconds: 2100 };

function report(reporter: Reporter, ...events: readonly ReportEvent[]): void {
  for (const event of events) reporter.report(event);
}

describe('liveReporter()', () => {
  beforeEach(() => {
    // The emulated terminal reads what is written to it in a timeout, which stays real.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shows below the lines what runs, for how long, and what it printed last', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'fetch'));
    vi.advanceTimersByTime(99);
    expect(await screen.shows()).toBe('deploy prod: web');

    vi.advanceTimersByTime(1);
    expect(await screen.shows()).toBe('deploy prod: web\n… web: fetch 0.1 s');

    report(reporter, prints('web', 'fetch', '  Receiving objects: 7% '));
    vi.advanceTimersByTime(1200);
    expect(await screen.shows()).toBe('deploy prod: web\n… web: fetch 1.3 s Receiving objects: 7%');

    // Shorter than before: nothing of the longer one stays.
    report(reporter, prints('web', 'fetch', 'done'));
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe('deploy prod: web\n… web: fetch 1.4 s done');
  });

  it('writes a line above the live one, which goes on below it', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'build'));
    vi.advanceTimersByTime(500);
    report(reporter, { type: 'notice', host: 'web', text: 'The cache is empty' });
    expect(await screen.shows()).toBe('deploy prod: web\nThe cache is empty');

    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe('deploy prod: web\nThe cache is empty\n… web: build 0.6 s');

    report(reporter, done('web', 'build'), begins('web', 'switch'));
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe(
      'deploy prod: web\nThe cache is empty\n✓ build 1.23 s\n… web: switch 0.1 s',
    );
  });

  it('shows what runs on each of several hosts, until that host has ended', async () => {
    const screen = new Screen(80);
    const reporter = liveReporter(screen);
    report(reporter, started('a', 'b'), begins('a', 'fetch'));
    vi.advanceTimersByTime(1000);
    report(reporter, begins('b', 'fetch'), prints('b', 'fetch', 'Counting'));
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe(
      'deploy prod: a, b\n… a: fetch 1.1 s  ·  b: fetch 0.1 s Counting',
    );

    // One whose connection is lost has no end of its step.
    report(reporter, hostEnded('a'));
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe(
      'deploy prod: a, b\na  live 2.00 s\n… b: fetch 0.2 s Counting',
    );
  });

  it('gives each host its share of a narrow terminal', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('a', 'b', 'c'));
    for (const host of ['a', 'b', 'c']) {
      report(
        reporter,
        begins(host, 'build'),
        prints(host, 'build', `on ${host} it goes on and on`),
      );
    }
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe(
      'deploy prod: a, b, c\n… a: build 0.1 s o  ·  b: build 0.1 s o  ·  c: build 0.1 s',
    );
  });

  it('leaves nothing but the lines when all has ended', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'fetch'));
    vi.advanceTimersByTime(1000);
    report(reporter, hostEnded('web'));
    expect(await screen.shows()).toBe('deploy prod: web\nlive 2.00 s');

    report(reporter, ended);
    vi.advanceTimersByTime(1000);
    expect(await screen.shows()).toBe('deploy prod: web\nlive 2.00 s\ndone 2.10 s');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing but the lines when it ends amid a step', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'fetch'));
    vi.advanceTimersByTime(1000);
    report(reporter, ended);
    vi.advanceTimersByTime(1000);
    expect(await screen.shows()).toBe('deploy prod: web\ndone 2.10 s');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['as wide as the terminal', 40, 'x'.repeat(40 - '… web: build 0.1 s '.length)],
    ['wider than the terminal', 40, 'x'.repeat(400)],
    ['of double width', 40, '建'.repeat(30)],
    ['with emoji, which are two code units each', 40, `x${'🚀'.repeat(30)}`],
    ['with tabs', 40, 'a\tb\tc\td\te\tf\tg'],
    ['wider than a terminal of few columns', 12, 'x'.repeat(400)],
  ])('leaves no rests of a line %s', async (_what, columns, line) => {
    const screen = new Screen(columns);
    const reporter = liveReporter(screen);
    report(reporter, begins('web', 'build'), prints('web', 'build', line));
    for (let tenth = 1; tenth <= 3; tenth++) {
      vi.advanceTimersByTime(100);
      const shown = await screen.shows();
      expect(shown).toMatch(new RegExp(`^… web: buil.*`));
      expect(shown).not.toContain('\n');
      expect(shown).not.toContain('\ufffd');
    }
    report(reporter, done('web', 'build'));
    expect((await screen.shows()).replaceAll('\n', '')).toBe('✓ build 1.23 s');
  });

  it.each([
    ['narrow characters', 'abcdefghijklmnop', 'abcdefghij'],
    ['wide ones', 'ab建建建建建建建', 'ab建建建建'],
    ['a wide one that would take the last column', 'a建建建建建建建', 'a建建建建'],
    ['Hangul', 'ᄒ'.repeat(7), 'ᄒ'.repeat(5)],
    ['boxes and arrows, which are narrow', '├─→✓├─→✓├─→✓', '├─→✓├─→✓├─'],
    // The emulation shows them narrow, other terminals don't.
    ['emoji', '⌚🚀'.repeat(4), '⌚🚀⌚🚀⌚'],
  ])('fills a terminal but for its last column with %s', async (_what, line, shown) => {
    const screen = new Screen(30);
    const reporter = liveReporter(screen);
    report(reporter, begins('web', 'build'), prints('web', 'build', line));
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe(`… web: build 0.1 s ${shown}`);
  });

  it('takes 80 columns where the terminal does not know', async () => {
    const screen = new Screen(80);
    const reporter = liveReporter({
      columns: 0,
      write: (text) => {
        screen.write(text);
      },
    });
    report(reporter, begins('web', 'build'), prints('web', 'build', 'x'.repeat(100)));
    vi.advanceTimersByTime(200);
    expect(await screen.shows()).toBe(`… web: build 0.2 s ${'x'.repeat(60)}`);
  });

  it('leaves no rests in a terminal made narrower', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'build'));
    report(reporter, prints('web', 'build', 'y'.repeat(50)));
    vi.advanceTimersByTime(100);
    await screen.shows();
    screen.resize(25);
    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe('deploy prod: web\n… web: build 0.2 s yyyyy');
  });

  // tmux and GNOME's terminal do that, with the cursor where it was in the line; this emulation doesn't.
  it('leaves no rests in a terminal that wraps the line when made narrower', async () => {
    const screen = new Screen(60);
    const reporter = liveReporter(screen);
    report(reporter, started('web'), begins('web', 'build'));
    vi.advanceTimersByTime(100);
    expect(await screen.cursor()).toEqual({ row: 1, column: 0 });
    screen.write('\r\nwrapped\r\u001b[A');
    expect(await screen.shows()).toBe('deploy prod: web\n… web: build 0.1 s\nwrapped');

    vi.advanceTimersByTime(100);
    expect(await screen.shows()).toBe('deploy prod: web\n… web: build 0.2 s');
  });

  it('takes one row, whatever a host prints and however wide the terminal is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 40 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 60 }), { minLength: 1, maxLength: 3 }),
        async (columns, lines) => {
          const screen = new Screen(columns);
          const reporter = printableReporter(liveReporter(screen));
          for (const [at, line] of lines.entries()) {
            const host = `h${String(at)}`;
            report(reporter, begins(host, 'build'), prints(host, 'build', line));
          }
          vi.advanceTimersByTime(100);
          expect(await screen.shows()).toMatch(/^….*$/);
          report(reporter, ended);
          expect((await screen.shows()).replaceAll('\n', '')).toBe('done 2.10 s');
        },
      ),
    );
  });
});

describe('reporterFor()', () => {
  it('shows the live view on a pseudo terminal, as wide as that is', async () => {
    // script(1) has a pseudo terminal, of which this test is a second program that writes to it.
    const screen = new Screen(40, true);
    const script = spawn('script', [
      '-qec',
      'stty cols 40 rows 24 && tty && exec cat',
      '/dev/null',
    ]);
    onTestFinished(() => {
      script.stdin.end();
    });
    let printed = '';
    script.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
      screen.write(bytes);
    });
    const path = /^\/dev\/pts\/\d+(?=\r\n)/;
    await expect.poll(() => printed).toMatch(path);
    const name = path.exec(printed)?.[0] ?? '';
    const terminal = new WriteStream(openSync(name, constants.O_RDWR | constants.O_NOCTTY));
    onTestFinished(() => {
      terminal.destroy();
    });
    const output = outputTo(terminal, process.stderr);
    const reporter = reporterFor(false, output, {});

    report(reporter, started('web'), begins('web', 'build'));
    report(reporter, prints('web', 'build', '建'.repeat(40)));
    await expect
      .poll(() => screen.shows())
      .toMatch(new RegExp(`^${name}\ndeploy prod: web\n… web: build \\d\\.\\d s 建{10}$`));

    report(reporter, hostEnded('web'), ended);
    expect(await output.end()).toBe(true);
    await expect
      .poll(() => screen.shows())
      .toBe(`${name}\ndeploy prod: web\nlive 2.00 s\ndone 2.10 s`);
  });
});
