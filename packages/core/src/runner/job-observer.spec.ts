import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { ReportEvent } from '../report/event.js';
import { notice, sh } from '@fairness-deploy/shell';
import { jobObserver } from './job-observer.js';

/** What is reported of a step that prints this. */
function withReport(...chunks: readonly (string | Buffer)[]): readonly ReportEvent[] {
  const events: ReportEvent[] = [];
  const observer = jobObserver({ reporter: { report: (event) => void events.push(event) } }, 'web');
  observer.stepStarted?.('build', 0);
  for (const chunk of chunks) observer.stepOutput?.('build', Buffer.from(chunk));
  return events.slice(1);
}
const output = (line: string) => ({ type: 'step-output', host: 'web', name: 'build', line });

it('jobObserver() reports the last line of what a step prints, whatever its words are', () => {
  expect(withReport('Waiting for webpack\n', 'Warning: a\nWaiting for b\n')).toEqual([
    output('Waiting for webpack'),
    output('Waiting for b'),
  ]);
});

it('jobObserver() takes no line for a notice that a program could have made', () => {
  for (const line of ['fairness-deploy: deployed', `fairness-deploy ${'0'.repeat(32)}: deployed`]) {
    expect(withReport(`${line}\n`)).toEqual([output(line)]);
  }
});

it('jobObserver() reports lines that are worth keeping for good, without their mark', () => {
  const kept = { type: 'notice', host: 'web', text: 'build: Waiting for 2 requests' };
  const printed = execFileSync('dash', ['-eus'], {
    input: sh`
      fd_count=2
      printf ${notice('Waiting for %s requests')}'\n' "$fd_count"`.reveal(),
  });
  expect(withReport(printed)).toEqual([kept, output('Waiting for 2 requests')]);
  expect(withReport(Buffer.concat([printed, Buffer.from('more\n')]))).toEqual([
    kept,
    output('more'),
  ]);
});

it('jobObserver() reports each line of a step that is shown, up to a limit', () => {
  const events: ReportEvent[] = [];
  const reporter = { report: (event: ReportEvent) => void events.push(event) };
  const observer = jobObserver({ reporter }, 'web', { shown: new Set(['migrate']) });
  observer.stepStarted?.('migrate', 0);
  observer.stepStarted?.('build', 1);
  observer.stepOutput?.('build', Buffer.from('hidden\n'));
  const many = Array.from({ length: 500 }, (_, at) => `line ${String(at)}\n\n`).join('');
  observer.stepOutput?.('migrate', Buffer.from(many));
  const texts = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
  expect(texts).toHaveLength(201);
  expect(texts[0]).toBe('migrate: line 0');
  expect(texts.at(-1)).toBe('migrate: … more is in its log');
});
