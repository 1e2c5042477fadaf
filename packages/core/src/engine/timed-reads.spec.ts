import { execFileSync } from 'node:child_process';
import { lines, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { framedRead } from './framed.js';
import { RecordCollector } from './record-collector.js';
import { outputIn } from './script-output.js';
import { timedReads, type TimedRead } from './timed-reads.js';

/** What the reads have printed, in their order. */
function run(...reads: readonly TimedRead[]): readonly unknown[] {
  const records = new RecordCollector('n');
  const named = reads.map((read, at) => ({ ...read, record: `r_${String(at)}` }));
  records.push(
    execFileSync('dash', [], { input: timedReads('n', named).reveal(), maxBuffer: 2 ** 24 }),
  );
  return named.map(({ record }) => outputIn(records, record));
}

const read = (script: TimedRead['script'], seconds = 20): TimedRead => ({ script, seconds });

it('timedReads() gives each read its output, or why it failed', () => {
  expect(
    run(
      read(sh`printf 'a\nb'`),
      read(sh`
        echo before
        echo 'no such thing' >&2
        exit 3`),
      read(sh`cat`),
      read(sh`echo "$fd_unset"`),
      read(sh`yes`),
    ),
  ).toEqual([
    { output: 'a\nb' },
    { failure: 'no such thing' },
    { output: '' },
    { failure: expect.stringMatching(/fd_unset/) as unknown },
    { failure: expect.any(String) as unknown },
  ]);
});

it('timedReads() ends a read that hangs, with all that it started, and no other', () => {
  expect(
    run(
      read(sh`trap '' TERM; sleep 600 & wait; while :; do sleep 600; done`, 1),
      read(sh`exec sleep 600`, 1),
      read(sh`sleep 1.5; echo done`),
    ),
  ).toEqual([
    { failure: expect.stringMatching(/it had not ended after 1 s/) as unknown },
    { failure: 'it has not ended after 1 s' },
    { output: 'done\n' },
  ]);
});

it('timedReads() runs reads side by side', () => {
  // Each waits for the other.
  const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  const meet = (mine: string, other: string): TimedRead =>
    read(sh`
      touch ${`${folder}/${mine}`}
      until [ -e ${`${folder}/${other}`} ]; do sleep 0.05; done
      echo met`);
  expect(run(meet('a', 'b'), meet('b', 'a'))).toEqual([{ output: 'met\n' }, { output: 'met\n' }]);
  execFileSync('rm', ['-r', folder]);
});

it('timedReads() runs a script that prints records itself beside them, and ends it as well', () => {
  const records = new RecordCollector('n');
  const script = timedReads('n', [{ ...read(sh`echo read`), record: 'r' }], {
    script: lines(framedRead('n', 'one', sh`echo one`), framedRead('n', 'two', sh`sleep 600`)),
    seconds: 1,
  });
  records.push(execFileSync('dash', [], { input: script.reveal() }));
  expect(['r', 'one', 'two'].map((name) => outputIn(records, name))).toEqual([
    { output: 'read\n' },
    { output: 'one\n' },
    { failure: 'no answer' },
  ]);
});

it('timedReads() is a script without fault', async () => {
  await checkShell(timedReads('n', [{ ...read(sh`echo "it's"`), record: 'r' }]));
});
