import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHASES } from '../order/phases.js';
import { type Script } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentOf, entryOf, lineOf } from '../testing/entry.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import {
  goodReleases,
  parseEntry,
  shortened,
  type Deployment,
  type HistoryEntry,
} from './history-entry.js';
import { beginEntry, concludeEntry, printGoodReleases } from './history.js';

const ids = ['20261123-101502-3f2a1bc', '20261124-101502-3f2a1bc', '20261125-101502-3f2a1bc'];
const [one = '', two = '', three = ''] = ids;

interface Files {
  readonly folder: string;
  readonly history: string;
  readonly pending: string;
}

const filesIn = (folder: string): Files => ({
  folder,
  history: join(folder, "the 'history'"),
  pending: join(folder, 'pending'),
});

const run = (script: Script, env: NodeJS.ProcessEnv = {}): string =>
  execFileSync('dash', ['-eus'], {
    input: script.reveal(),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });

it('shows no digest, from which a short secret could be guessed', () => {
  const files = filesIn('/srv/shop/shared');
  const about = deploymentOf();
  const scripts = [beginEntry(files, about), concludeEntry(files, about, STEPS)].map(String);
  for (const script of scripts) {
    expect(script).toContain('"build":"');
    expect(script).not.toContain(about.configuration);
    expect(script).not.toContain(about.build);
  }
});

const STEPS = [
  { name: 'begin', phase: 'fetch' },
  { name: 'fetch', phase: 'fetch' },
  { name: 'build "it\'s" \\ $(id)\n', phase: 'build' },
  { name: 'start', phase: 'start' },
] as const;

/** Ends a deployment as a job does whose steps ended as given: place, status, begin, end. */
function conclude(
  files: Files,
  about: Deployment,
  ran: readonly string[],
  { cancelled = false } = {},
): void {
  const steps = join(files.folder, 'steps');
  writeFileSync(steps, ran.map((line) => `${line}\n`).join(''));
  const failed = ran.some((line) => line.split(' ')[1] !== '0');
  run(concludeEntry(files, about, STEPS), {
    FD_STEPS: steps,
    FD_FAILED: failed || cancelled ? '1' : '0',
    FD_CANCELLED: cancelled ? '1' : '0',
  });
}

const WELL = ['0 0 10.00 10.25', '1 0 10.25 11.00', '2 0 11.00 23.5', '3 0 23.5 24.0'];

const written = ({ history }: Files): readonly HistoryEntry[] =>
  readFileSync(history, 'utf8').split('\n').flatMap(parseEntry);

describe('the history', () => {
  it('has a line for each deployment that ended, with how long each phase took', () => {
    const files = filesIn(temporaryFolder());
    run(beginEntry(files, deploymentOf()));
    expect(existsSync(files.history)).toBe(false);
    expect(statSync(files.pending).mode & 0o777).toBe(0o600);
    conclude(files, deploymentOf(), WELL);
    expect(existsSync(files.pending)).toBe(false);
    expect(statSync(files.history).mode & 0o777).toBe(0o600);
    const second = deploymentOf({ release: two, action: 'rollback', directory: 'apps/web' });
    run(beginEntry(files, second));
    conclude(files, second, ['0 0 1 2', '1 0 2 3', '2 7 3 4.5']);
    const finished = expect.any(String) as unknown;
    expect(written(files)).toEqual([
      {
        ...deploymentOf(),
        outcome: 'good',
        finished,
        phases: { fetch: 1, build: 12.5, start: 0.5 },
      },
      {
        ...second,
        outcome: 'failed',
        finished,
        phases: { fetch: 2, build: 1.5 },
        failed: STEPS[2].name,
      },
    ]);
    expect(Object.keys(written(files)[0]?.phases ?? {})).toEqual(['fetch', 'build', 'start']);
  });

  it('records an interrupted deployment when the next one begins, once', () => {
    const files = filesIn(temporaryFolder());
    run(beginEntry(files, deploymentOf()));
    run(beginEntry(files, deploymentOf({ release: two })));
    conclude(files, deploymentOf({ release: two }), WELL);
    run(beginEntry(files, deploymentOf({ release: three })));
    conclude(files, deploymentOf({ release: three }), WELL);
    expect(
      written(files).map(({ release, outcome, phases }) => [release, outcome, phases]),
    ).toEqual([
      [one, 'interrupted', {}],
      [two, 'good', expect.anything()],
      [three, 'good', expect.anything()],
    ]);
  });

  it('tells what was cancelled, and in which step unless between two', () => {
    const files = filesIn(temporaryFolder());
    run(beginEntry(files, deploymentOf()));
    conclude(files, deploymentOf(), ['0 0 1 2', '1 143 2 3'], { cancelled: true });
    run(beginEntry(files, deploymentOf({ release: two })));
    conclude(files, deploymentOf({ release: two }), ['0 0 1 2'], { cancelled: true });
    expect(
      written(files).map(({ release, outcome, failed }) => [release, outcome, failed]),
    ).toEqual([
      [one, 'cancelled', 'fetch'],
      [two, 'cancelled', undefined],
    ]);
  });

  it('does not take what another has left for its own when it could not begin', () => {
    const files = filesIn(temporaryFolder());
    run(beginEntry(files, deploymentOf()));
    const second = deploymentOf({ release: two });
    conclude(files, second, ['0 1 1 2']);
    expect(
      written(files).map(({ release, outcome, failed }) => [release, outcome, failed]),
    ).toEqual([[two, 'failed', 'begin']]);
    expect(readFileSync(files.pending, 'utf8')).toContain(one);
  });

  it('has a last word also when no step was run', () => {
    const files = filesIn(temporaryFolder());
    const steps = join(files.folder, 'none');
    run(concludeEntry(files, deploymentOf(), STEPS), {
      FD_STEPS: steps,
      FD_FAILED: '1',
      FD_CANCELLED: '0',
    });
    expect(written(files)).toMatchObject([{ outcome: 'failed', phases: {} }]);
    expect(written(files)[0]).not.toHaveProperty('failed');
  });

  it.each(['', 'garbage', 'a b c\n'])(
    'passes over a pending file that is not whole: %j',
    (text) => {
      const files = filesIn(temporaryFolder());
      writeFileSync(files.pending, text);
      run(beginEntry(files, deploymentOf()));
      conclude(files, deploymentOf(), WELL);
      expect(written(files)).toMatchObject([{ release: one, outcome: 'good' }]);
      // A line that cannot be parsed is no entry, and must not be there either.
      expect(readFileSync(files.history, 'utf8').match(/\n/g)).toHaveLength(1);
    },
  );

  it('takes any words of strangers, and gives them back unchanged', () => {
    const folder = temporaryFolder();
    const words = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom(
          '","outcome":"good',
          '%s %d \\n',
          '$(id) `id`',
          "it's\n",
          '\u2028',
          '\ud800',
        ),
      )
      // A lone surrogate is no text that a file could hold.
      .filter((text) => !/\p{Surrogate}/u.test(text));
    let at = 0;
    fc.assert(
      fc.property(words, words, words, (subject, author, who) => {
        at += 1;
        const files = { ...filesIn(folder), history: join(folder, String(at)) };
        const about = deploymentOf({ subject, author, who });
        run(beginEntry(files, about));
        run(beginEntry(files, about));
        conclude(files, about, WELL);
        expect(written(files)).toMatchObject([
          { ...about, outcome: 'interrupted' },
          { ...about, outcome: 'good' },
        ]);
        expect(run(printGoodReleases(files.history)).split(' ')[0]).toBe(one);
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('means the same to the shell and to us, whatever failed or was torn', () => {
    const file = join(temporaryFolder(), 'history');
    const printed = (): readonly string[] =>
      run(printGoodReleases(file))
        .split('\n')
        .filter((line) => line !== '');
    const understood = (lines: readonly string[]): readonly string[] =>
      goodReleases(lines.flatMap((line) => parseEntry(line)))
        .map(({ release, commit, finished }) => `${release} ${commit} ${finished}`)
        .reverse();
    expect(printed()).toEqual([]);
    const ours = fc
      .tuple(
        fc.constantFrom(...ids),
        fc.constantFrom(
          'good' as const,
          'good' as const,
          'failed' as const,
          'interrupted' as const,
        ),
      )
      .map(([release, outcome]) => lineOf(entryOf({ release, outcome })));
    const torn = fc
      .tuple(ours, fc.nat({ max: 450 }))
      .map(([line, length]) => line.slice(0, Math.min(length, line.length - 1)));
    const odd = fc.constantFrom(
      '',
      lineOf(entryOf({ release: '../../etc' })),
      lineOf(entryOf({ commit: 'main' })),
      `x${lineOf(entryOf({}))}`,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(ours, ours, torn, odd), { maxLength: 12 }), (lines) => {
        writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
        expect(printed()).toEqual(understood(lines));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on behind a line that a power cut tore', () => {
    const files = filesIn(temporaryFolder());
    writeFileSync(files.history, `${lineOf(entryOf({}))}\n{"release":"202`);
    run(beginEntry(files, deploymentOf({ release: two })));
    conclude(files, deploymentOf({ release: two }), WELL);
    expect(written(files).map(({ release }) => release)).toEqual([one, two]);
  });

  it('is written by scripts without fault, that show no digest', async () => {
    const files = filesIn('/srv/shop');
    for (const script of [
      beginEntry(files, deploymentOf()),
      concludeEntry(files, deploymentOf(), STEPS),
      printGoodReleases(files.history),
    ]) {
      await checkShell(script);
      expect(String(script)).not.toContain('ccc');
    }
  });

  it('knows all phases as words that awk takes as they are', () => {
    expect(PHASES.every((phase) => /^[a-z]+$/.test(phase))).toBe(true);
  });
});

/** A line of the history in which one key differs. */
const changedLine = (change: object): string => lineOf({ ...entryOf({}), ...change });

describe('parseEntry()', () => {
  it.each([
    ['text', 'no JSON'],
    ['another outcome', changedLine({ outcome: 'odd' })],
    ['an id that is a path', changedLine({ release: '../x' })],
    ['times that are none', changedLine({ started: 'yesterday' })],
    ['phases that are none', changedLine({ phases: { fetch: 'long' } })],
    ['nothing', 'null'],
  ])('passes over %s', (_, line) => {
    expect(parseEntry(line)).toEqual([]);
  });

  it('reads what lineOf() writes, as the host does', () => {
    const entry = entryOf({ migrationsDigest: 'a'.repeat(40), newCompatible: false });
    expect(parseEntry(lineOf(entry))).toEqual([entry]);
    expect(JSON.parse(lineOf(entry))).toMatchObject({ migrations: 'a'.repeat(40) });
  });

  it('passes over keys that a later version may add', () => {
    expect(parseEntry(changedLine({ more: 1 }))).toEqual([entryOf({})]);
  });
});

it('shortened() takes the beginning of what is endless', () => {
  expect(shortened('short')).toBe('short');
  expect(shortened('x'.repeat(501))).toBe(`${'x'.repeat(500)}…`);
});
