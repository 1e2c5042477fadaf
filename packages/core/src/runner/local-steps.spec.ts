import { expect, it } from 'vitest';
import type { ReportEvent } from '../report/event.js';
import { runStep, stepOnEach } from './local-steps.js';

function recorded(): { readonly events: object[]; readonly report: (event: ReportEvent) => void } {
  const events: object[] = [];
  return {
    events,
    report: (event) => {
      events.push('milliseconds' in event ? { ...event, milliseconds: 0 } : event);
    },
  };
}

it('stepOnEach() works on all hosts, whatever fails on one', async () => {
  const reporter = recorded();
  const code = await stepOnEach({ reporter }, 'boot', ['a', 'b'], async (host) => {
    await Promise.resolve();
    if (host === 'a') throw new Error('no disk');
    return { outcome: 'changed', summary: 'up' };
  });
  expect(code).toBe(1);
  const of = (host: string) =>
    reporter.events.filter((event) => 'host' in event && event.host === host);
  expect(of('a')).toEqual([
    { type: 'step-started', host: 'a', name: 'boot' },
    { type: 'step-ended', host: 'a', name: 'boot', status: 'failed', milliseconds: 0 },
    { type: 'failure', host: 'a', message: 'no disk' },
    { type: 'host-ended', host: 'a', outcome: 'failed', summary: 'failed', milliseconds: 0 },
  ]);
  expect(of('b')).toEqual([
    { type: 'step-started', host: 'b', name: 'boot' },
    { type: 'step-ended', host: 'b', name: 'boot', status: 'done', milliseconds: 0 },
    { type: 'host-ended', host: 'b', outcome: 'changed', summary: 'up', milliseconds: 0 },
  ]);
});

it('runStep() reports a step of this machine without a host, and hands on what fails', async () => {
  const reporter = recorded();
  expect(await runStep({ reporter }, { name: 'build' }, () => Promise.resolve(7))).toBe(7);
  const failing = runStep({ reporter }, { name: 'copy' }, () => Promise.reject(new Error('full')));
  await expect(failing).rejects.toThrow('full');
  expect(reporter.events).toEqual([
    { type: 'step-started', name: 'build' },
    { type: 'step-ended', name: 'build', status: 'done', milliseconds: 0 },
    { type: 'step-started', name: 'copy' },
    { type: 'step-ended', name: 'copy', status: 'failed', milliseconds: 0 },
  ]);
});
