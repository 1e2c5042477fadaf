import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh, type Target } from '@fairness-deploy/shell';
import { Secret } from '@fairness-deploy/shell/secret';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import { exampleRun } from '../testing/example-run.js';
import { jobsIn } from '../testing/jobs-in.js';
import { RunningJobs } from './running-jobs.js';
import { hostCommand, type HostCommand, type HostCommandOptions } from './host-command.js';

let state: string;
let events: ReportEvent[];
let targets: Target[];
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'fd-command-'));
  events = [];
  targets = [];
});
afterEach(() => {
  rmSync(state, { recursive: true });
});

/** The plugin has to ask a process for the host's port, as Vagrant's would. */
const cache = definePlugin({
  section: 'cache',
  schema: z.unknown(),
  secrets: () => [{ name: 'key', description: 'The key of the cache' }],
  target: () => Promise.resolve({ port: 2222 }),
});

/** Runs a command of the section `cache` on one host: this machine. */
async function run(
  command: Pick<HostCommand<unknown, HostCommandOptions>, 'run' | 'question'>,
  options: HostCommandOptions = {},
  jobs = new RunningJobs(),
) {
  const of = exampleRun({
    jobs,
    environment: {
      ...{ name: 'prod', workspace: state, folder: state },
      hosts: [{ name: 'web', address: 'web', sudo: false }],
      sections: { cache: { size: 64 } },
    },
    plugins: [cache],
    secret: (name) => new Secret(name, `${name}-value`),
    options,
    reporter: { report: (event) => void events.push(event) },
    transport: {
      connect: (target) => {
        targets.push(target);
        return jobsIn(state);
      },
    },
  });
  const work = await hostCommand({ name: 'empty-cache', section: 'cache', ...command }).load();
  return { code: await work(of) };
}

const mark = (name: string) => join(state, name);
const of = <T extends ReportEvent['type']>(type: T) =>
  events.filter((event): event is Extract<ReportEvent, { type: T }> => event.type === type);

describe('a command of a plugin', () => {
  it('gets its section and its secrets, and says lines about its host', async () => {
    const { code } = await run({
      run: ({ section, secret, say }) => {
        say(`${JSON.stringify(section)} ${secret('key').reveal()} ${String(secret('key'))}`);
        return Promise.resolve({ outcome: 'unchanged', summary: 'as it was' });
      },
    });
    expect(code).toBe(0);
    expect(of('notice')).toMatchObject([{ host: 'web', text: '{"size":64} key-value ***' }]);
    expect(of('host-ended')).toMatchObject([{ outcome: 'unchanged', summary: 'as it was' }]);
  });

  it('connects to the host as its plugin says, when that is known', async () => {
    await run({ run: () => Promise.resolve({ outcome: 'unchanged', summary: '' }) });
    expect(targets).toMatchObject([{ name: 'web', address: 'web', port: 2222 }]);
  });

  it('is not run without approval', async () => {
    const asked = {
      question: () => 'Empty the cache of prod',
      run: () => Promise.resolve({ outcome: 'changed', summary: 'emptied' } as const),
    };
    await expect(run(asked)).rejects.toThrow(
      'Cannot run empty-cache on prod: it waits for approval, and there is no terminal to ask on',
    );
    expect(targets).toEqual([]);
    expect((await run(asked, { yes: true })).code).toBe(0);
  });

  it('changes the host by a job, whose steps are undone when one fails', async () => {
    const { code } = await run({
      run: ({ job }) =>
        job([
          { name: 'stop', run: sh`: >${mark('stopped')}`, undo: sh`: >${mark('started')}` },
          { name: 'clear', run: sh`echo 'no such cache' >&2; exit 3` },
          { name: 'start', run: sh`: >${mark('never')}` },
        ]),
    });
    expect(code).toBe(1);
    expect(['stopped', 'started', 'never'].map((name) => existsSync(mark(name)))).toEqual([
      ...[true, true, false],
    ]);
    expect(of('step-ended').map(({ name, status }) => `${name} ${status}`)).toEqual([
      ...['stop done', 'clear failed', 'start not-run'],
    ]);
    expect(JSON.stringify(of('failure'))).toContain('no such cache');
    expect(of('host-ended')).toMatchObject([{ outcome: 'failed' }]);
  });

  it('has failed when its only step fails', async () => {
    const { code } = await run({ run: ({ job }) => job([{ name: 'clear', run: sh`false` }]) });
    expect(code).toBe(1);
    expect(of('host-ended')).toMatchObject([
      { outcome: 'failed', summary: '"empty-cache" failed after 0 of 1 steps' },
    ]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('boom')), 'its command "empty-cache" failed: boom'],
    ['is mistaken', () => Promise.reject(new TypeError('no')), 'command "empty-cache" failed: no'],
  ])('is named when it %s', async (_, work, message) => {
    expect((await run({ run: work })).code).toBe(1);
    expect(of('failure')).toMatchObject([
      {
        host: 'web',
        message: expect.stringContaining(
          'Cannot use the plugin of the section "cache": ',
        ) as string,
      },
    ]);
    expect(of('failure')[0]?.message).toContain(message);
    expect(of('failure')[0]?.details?.includes('host-command.spec') ?? false).toBe(_ !== 'throws');
  });

  it('gets no secret that its plugin does not name', async () => {
    const { code } = await run({
      run: ({ secret }) =>
        Promise.resolve({ outcome: 'changed', summary: String(secret('other')) }),
    });
    expect(code).toBe(1);
    expect(of('failure')[0]?.message).toBe(
      'Cannot give the plugin of the section "cache" the secret "other": its function "secrets" does not name it',
    );
  });

  it('is told when the user ends it', async () => {
    const jobs = new RunningJobs();
    const command = {
      run: async ({ signal }: { readonly signal: AbortSignal }) => {
        const ended = once(signal, 'abort');
        await jobs.detach();
        await ended;
        return { outcome: 'failed', summary: 'ended by the user' } as const;
      },
    };
    expect((await run(command, {}, jobs)).code).toBe(1);
  });
});
