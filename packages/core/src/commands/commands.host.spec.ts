import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin, type Plugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import type { Resource } from '../resource/resource.js';
import { file } from '../resources/file.js';
import { sh, type Transport } from '@fairness-deploy/shell';
import { plan } from './plan.js';
import { provision } from './provision.js';
import type { Command, CommandOptions, ExitCode, Run } from '../runner/run.js';
import { exampleRun } from '../testing/example-run.js';
import { status } from './status.js';

/** Two real hosts, and plugins of the tests' own. */
const names = ['one', 'two'] as const;
let hosts: readonly TestHost[] = [];

beforeAll(async () => {
  hosts = await Promise.all(names.map((name) => startTestHost(`commands-${name}`)));
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
});

/** Reaches the hosts by the names that the environment gives them. */
const transport: Transport = {
  connect: ({ name }) => {
    const host = hosts[names.findIndex((one) => one === name)];
    if (!host) throw new Error(`Cannot connect to ${name}: nobody is there`);
    return host.connect({ name });
  },
};

interface Outcome {
  readonly code: ExitCode;
  readonly events: readonly ReportEvent[];
}

async function run(
  command: Command,
  plugins: readonly Plugin[],
  options: CommandOptions = { yes: true },
  hostNames: readonly string[] = names,
): Promise<Outcome> {
  const events: ReportEvent[] = [];
  const environment: Run['environment'] = {
    name: 'test',
    workspace: process.cwd(),
    folder: process.cwd(),
    hosts: hostNames.map((name) => ({ name, address: name, sudo: true })),
    sections: {},
  };
  const reporter = { report: (event: ReportEvent) => void events.push(event) };
  const code = await command(exampleRun({ environment, plugins, options, reporter, transport }));
  return { code, events };
}

const of = <T extends ReportEvent['type']>(
  { events }: Outcome,
  type: T,
): readonly Extract<ReportEvent, { type: T }>[] =>
  events.filter((event): event is Extract<ReportEvent, { type: T }> => event.type === type);

/** Sorted: which host is the first to end is chance. */
const ends = (outcome: Outcome) =>
  of(outcome, 'host-ended')
    .map(({ host, outcome: how, traffic }) => [host, how, traffic?.roundTrips] as const)
    .sort(([one], [other]) => one.localeCompare(other));

/** A plugin that wants these resources; they may differ by host. */
const wanting = (resources: (host: string) => readonly Resource[]): Plugin =>
  definePlugin({
    section: 'test',
    schema: z.unknown(),
    resources: ({ host }) => resources(host.name),
  });

const motd = (content: string) => wanting(() => [file({ path: '/etc/motd', content })]);

const unreadable: Resource = {
  ...file({ path: '/etc/unreadable', content: '' }),
  read: sh`echo 'the disk is on fire' >&2; exit 5`,
};

describe('plan', () => {
  it('ends with status 2 for changes only with detailedExitCode', async () => {
    expect((await run(plan, [motd('planned')])).code).toBe(0);
    expect((await run(plan, [motd('planned')], { detailedExitCode: true })).code).toBe(2);
  });

  it('shows what each host lacks, in one round trip', async () => {
    const outcome = await run(plan, [motd('planned')]);
    expect(new Map(of(outcome, 'plan').map(({ host, changes }) => [host, changes.length]))).toEqual(
      new Map([
        // The file, and its record.
        ['one', 2],
        ['two', 2],
      ]),
    );
    expect(ends(outcome)).toEqual([
      ['one', 'pending', 1],
      ['two', 'pending', 1],
    ]);
  });

  it('names the resource that it cannot read, and why', async () => {
    const outcome = await run(plan, [wanting(() => [unreadable])], {}, ['one']);
    expect(outcome.code).toBe(1);
    expect(
      of(outcome, 'failure').map(({ message, details }) => `${message}: ${details ?? ''}`),
    ).toEqual([
      'Cannot plan file:/etc/unreadable: its read script ended with status 5: the disk is on fire',
      'Cannot plan one: the problems are listed above: ',
    ]);
  });
});

describe('provision', () => {
  it('applies to all hosts side by side, then finds nothing to do', async () => {
    expect(ends(await run(provision, [motd('first')]))).toEqual([
      ['one', 'changed', 2],
      ['two', 'changed', 2],
    ]);
    expect(ends(await run(provision, [motd('first')]))).toEqual([
      ['one', 'unchanged', 1],
      ['two', 'unchanged', 1],
    ]);
  });

  it('changes nothing without an answer when there is no terminal', async () => {
    await expect(run(provision, [motd('unapproved')], {})).rejects.toThrow(
      'Cannot provision test: 2 changes wait for approval, and there is no terminal to ask on',
    );
    expect((await run(plan, [motd('first')], { detailedExitCode: true })).code).toBe(0);
  });

  it('changes no host when one cannot be reached', async () => {
    const outcome = await run(provision, [motd('partly')], { yes: true }, ['one', 'gone']);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([{ host: 'gone' }]);
    expect((await run(plan, [motd('first')], { detailedExitCode: true })).code).toBe(0);
  });

  it('continues with the other host when one fails, and names the steps that did not run', async () => {
    const failing = wanting((host) => {
      const bad = file({
        path: '/etc/bad',
        content: 'x',
        validate: () => (host === 'one' ? sh`echo 'not on this host' >&2; false` : sh`true`),
      });
      return [bad, file({ path: '/etc/after-bad', content: 'x' }, { after: [bad] })];
    });
    const outcome = await run(provision, [failing]);
    expect(outcome.code).toBe(1);
    expect(of(outcome, 'failure')).toMatchObject([
      {
        host: 'one',
        message: 'Cannot apply file:/etc/bad: its script failed',
        details: 'not on this host\n',
      },
    ]);
    expect(of(outcome, 'step-ended').filter(({ status: how }) => how === 'not-run')).toMatchObject([
      { host: 'one', name: 'file:/etc/after-bad' },
    ]);
    expect(new Map(of(outcome, 'host-ended').map(({ host, summary }) => [host, summary]))).toEqual(
      new Map([
        ['one', '1 changed, 1 failed, 1 not run, 0 unchanged'],
        ['two', '3 changed, 0 unchanged'],
      ]),
    );
  });
});

describe('status', () => {
  it('fails when a check of a plugin fails', async () => {
    const telling = (well: boolean): Plugin =>
      definePlugin({
        section: 'test',
        schema: z.unknown(),
        checks: () => [
          {
            ...{ name: 'api', layer: 'process', read: sh`echo ${well ? 'RUNNING' : 'FATAL'}` },
            judge: (output) => {
              const state = output.trim();
              const level = state === 'RUNNING' ? 'ok' : 'fail';
              return [{ name: 'api', level, text: state, data: { state } }];
            },
          },
        ],
      });
    expect((await run(status, [telling(true)])).code).toBe(0);
    const bad = await run(status, [telling(false)], {}, ['one']);
    expect(bad.code).toBe(1);
    expect(of(bad, 'check')[0]).toEqual({
      ...{ type: 'check', host: 'one', section: 'test', name: 'api', level: 'fail' },
      ...{ layer: 'process', text: 'FATAL', data: { state: 'FATAL' } },
    });
    expect(of(bad, 'host-ended')[0]?.summary).toBe('failing: test api');
  });
});
