import { describe, expect, it } from 'vitest';
import type { Phase } from './phases.js';
import type { ReleaseStep } from './release-step.js';
import { notice, sh } from '@fairness-deploy/shell';
import { SharedSteps } from './shared-steps.js';

const step = (
  phase: Phase,
  once: 'first' | 'last',
  onClient: () => Promise<void>,
): ReleaseStep => ({
  ...{ phase, onClient },
  onClientFor: `${once}-host`,
  place: once,
  name: 'hook',
  run: sh`:`,
});

/** What hosts do that share a step: `go(host)` takes a host to it. */
function sharing(phase: Phase, once: 'first' | 'last', result?: Error) {
  let calls = 0;
  const shared = new SharedSteps(
    new Map(
      ['a', 'b', 'c'].map((host) => [
        host,
        [
          step(phase, once, () => {
            calls += 1;
            return result ? Promise.reject(result) : Promise.resolve();
          }),
        ],
      ]),
    ),
  );
  const go = (host: string) =>
    shared.steps(host)[0]?.onClient?.(() => undefined, new AbortController().signal) ??
    Promise.reject(new Error('none'));
  return { go, shared, calls: () => calls };
}

const outcome = async (promise: Promise<void>): Promise<string> =>
  Promise.race([
    promise.then(
      () => 'went on',
      (error: unknown) => String(error),
    ),
    new Promise<string>((resolve) => setTimeout(resolve, 5, 'waits')),
  ]);

describe('SharedSteps', () => {
  it('does what comes before a phase when the first host gets there', async () => {
    const { go, calls } = sharing('build', 'first');
    expect(await outcome(go('b'))).toBe('went on');
    expect(calls()).toBe(1);
    expect(await outcome(go('a'))).toBe('went on');
    expect(calls()).toBe(1);
  });

  it('stops all hosts when that fails', async () => {
    const { go } = sharing('build', 'first', new Error('no'));
    expect(await outcome(go('a'))).toBe('Error: no');
    expect(await outcome(go('b'))).toBe('Error: no');
  });

  it('does what comes after a phase when the last host is through, and lets batches go on', async () => {
    const { go, calls } = sharing('activate', 'last');
    expect(await outcome(go('a'))).toBe('went on');
    expect(await outcome(go('b'))).toBe('went on');
    expect(calls()).toBe(0);
    expect(await outcome(go('c'))).toBe('went on');
    expect(calls()).toBe(1);
  });

  it('has hosts wait for the last one where they are together', async () => {
    const { go, calls } = sharing('drain', 'last', new Error('no'));
    const [a, b] = [go('a'), go('b')];
    expect(await outcome(a)).toBe('waits');
    expect(calls()).toBe(0);
    expect(await outcome(go('c'))).toBe('Error: no');
    expect(await outcome(a)).toBe('Error: no');
    expect(await outcome(b)).toBe('Error: no');
    expect(calls()).toBe(1);
  });

  it('does not let hosts wait for one that failed', async () => {
    const { go, shared } = sharing('confirm', 'last');
    const a = go('a');
    shared.failed('a');
    expect(await outcome(a)).toBe('waits');
    shared.failed('b');
    expect(await outcome(a)).toBe('Error: the deployment to b failed');
  });

  it('tells apart the steps of two plugins that have one name', async () => {
    const called: string[] = [];
    const of = (section: string): ReleaseStep => ({
      ...step('start', 'first', () => Promise.resolve(void called.push(section))),
      section,
    });
    const shared = new SharedSteps(
      new Map([
        ['a', [of('one')]],
        ['b', [of('two')]],
      ]),
    );
    for (const host of ['a', 'b']) {
      await shared.steps(host)[0]?.onClient?.(() => undefined, new AbortController().signal);
    }
    expect(called).toEqual(['one', 'two']);
  });

  it('tells apart steps of one name, and calls each once', async () => {
    const calls: string[] = [];
    const two = (host: string) =>
      ['one', 'two'].map((name) =>
        step('check', 'first', () => {
          calls.push(`${name} for ${host}`);
          return Promise.resolve();
        }),
      );
    const shared = new SharedSteps(new Map(['a', 'b'].map((host) => [host, two(host)])));
    for (const host of ['a', 'b']) {
      for (const { onClient } of shared.steps(host))
        await onClient?.(() => undefined, new AbortController().signal);
    }
    expect(calls).toEqual(['one for a', 'two for a']);
  });

  it('does what comes when nothing is undone any more for those that are left', async () => {
    const { go, shared, calls } = sharing('clean', 'last');
    const [a, c] = [go('a'), go('c')];
    expect(await outcome(a)).toBe('waits');
    shared.failed('b');
    expect([await outcome(a), await outcome(c)]).toEqual(['went on', 'went on']);
    expect(calls()).toBe(1);

    const early = sharing('clean', 'last');
    early.shared.failed('b');
    const first = early.go('a');
    expect(await outcome(first)).toBe('waits');
    expect(await outcome(early.go('c'))).toBe('went on');
    expect(await outcome(first)).toBe('went on');
    expect(early.calls()).toBe(1);
  });

  it('goes on without what is optional when another host has failed, and says so', async () => {
    const said: string[] = [];
    const plan = [{ ...step('confirm', 'last', () => Promise.resolve()), clientOptional: true }];
    const shared = new SharedSteps(new Map(['a', 'b'].map((host) => [host, plan])));
    const going = shared
      .steps('a')[0]
      ?.onClient?.((line) => said.push(line), new AbortController().signal);
    shared.failed('b');
    await going;
    expect(said).toEqual([notice('Continuing without it: the deployment to b failed')]);
  });

  it('stops a host that comes to a last step after another one has failed', async () => {
    const { go, shared, calls } = sharing('confirm', 'last');
    shared.failed('b');
    expect(await outcome(go('a'))).toBe('Error: the deployment to b failed');
    expect(await outcome(go('c'))).toBe('Error: the deployment to b failed');
    expect(calls()).toBe(0);
  });
});
