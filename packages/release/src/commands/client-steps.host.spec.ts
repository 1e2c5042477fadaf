import { definePlugin, z } from '@fairness-deploy/core';
import { onHosts, type ReportEvent } from '@fairness-deploy/core/commands';
import { exampleRun } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentReport } from '../notify/deployment-report.js';
import type { Phase } from '../order/phases.js';
import type { PluginStep, ReleaseStep } from '../order/release-step.js';
import { extendRelease } from '../extension/release-extension.js';
import { releaseSchema } from '../section/section.js';
import { application } from '../testing/application.js';
import { entryOf } from '../testing/entry.js';
import { exampleRelease } from '../testing/example-release.js';
import { makeLive } from '../testing/live-state.js';
import { notifyPlugins } from './notify-plugins.js';
import { releaseToHosts } from './release-to-hosts.js';

/** Two real hosts: what is done once on the client for both of them. */
const names = ['one', 'two'] as const;
let hosts: readonly TestHost[] = [];

const release = exampleRelease(application);
const entry = entryOf({ release: release.id, commit: release.commit.padEnd(40, '0') });

beforeAll(async () => {
  hosts = await Promise.all(names.map((name) => startTestHost(`client-steps-${name}`)));
  for (const host of hosts) {
    const connection = await host.connect();
    const { status, stderr } = await connection.run(makeLive(application, entry));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    await connection.close();
  }
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
});

type Called = (name: string) => Promise<void>;

/** Deploys to both hosts, one after the other, with a step on the client at each of the places. */
async function deployWith(
  places: readonly (readonly [Phase, 'first' | 'last'])[],
  called: Called = () => Promise.resolve(),
  pluginSteps: (host: string) => readonly PluginStep[] = () => [],
  roles: Readonly<Record<string, readonly string[]>> = {},
) {
  const order: string[] = [];
  const events: ReportEvent[] = [];
  const reports: DeploymentReport[] = [];
  const steps = (host: string): readonly ReleaseStep[] => [
    ...(['build', 'activate', 'confirm', 'drain', 'stop'] as const).map((phase) => ({
      phase,
      name: phase,
      run: sh`sleep 0.1`,
      undo: sh`:`,
      onClient: () => {
        order.push(`${phase} ${host}`);
        return Promise.resolve();
      },
    })),
    ...places.map(([phase, once]): ReleaseStep => ({
      ...{ phase, onClientFor: `${once}-host`, name: `hook ${phase} ${once}`, run: sh`:` },
      place: phase === 'confirm' ? 'all-hosts-ready' : once,
      onClient: async (say) => {
        order.push(`hook ${phase} ${once}`);
        say(`said ${phase}`);
        await called(phase);
      },
    })),
  ];
  const run = exampleRun({
    environment: {
      ...{ name: 'test', workspace: '/', folder: '/', application },
      sections: { release: releaseSchema.parse({}) },
      hosts: names.map((name) => ({
        name,
        address: name,
        sudo: true,
        roles: [...(roles[name] ?? [])],
      })),
      ...(Object.keys(roles).length > 0 && { on: { test: ['db'] } }),
    },
    plugins: [
      definePlugin({
        section: 'test',
        schema: z.unknown(),
        extensions: [
          extendRelease({
            steps: ({ host }) => pluginSteps(host.name),
            ended: (_, report) => {
              reports.push(report);
              return Promise.resolve([]);
            },
          }),
        ],
      }),
    ],
    options: {},
    reporter: { report: (event) => void events.push(event) },
    transport: {
      connect: ({ name }) => {
        const host = hosts[names.findIndex((one) => one === name)];
        if (!host) throw new Error(`Cannot connect to ${name}: nobody is there`);
        return host.connect({ name });
      },
    },
  });
  const code = await notifyPlugins(run, 'deploy', async (watched, about) => {
    about({ commit: release.commit, subject: 'Test', author: 'Ana' });
    const done = await onHosts(watched, 'stop', (opened) =>
      releaseToHosts(
        watched,
        'deploy a test',
        opened.map((open) => ({
          open,
          plan: { release, previous: [], steps: steps(open.host.name), conclude: () => sh`:` },
        })),
      ),
    );
    return done ? 0 : 1;
  });
  return { code, order, events, reports };
}

describe('steps on the client, once for several hosts', () => {
  it('come before the first host and after the last one, also where hosts go in batches', async () => {
    const { code, order, events, reports } = await deployWith([
      ['build', 'first'],
      ['activate', 'first'],
      ['activate', 'last'],
      ['stop', 'last'],
    ]);
    expect(code).toBe(0);
    expect(order.filter((one) => !/^(?:build|confirm|drain) /.test(one))).toEqual([
      'hook build first',
      'hook activate first',
      'activate one',
      'activate two',
      'hook activate last',
      expect.stringMatching(/^stop /),
      expect.stringMatching(/^stop /),
      'hook stop last',
    ]);
    expect(events.filter(({ type }) => type === 'step-output')).toHaveLength(4);
    expect(reports).toMatchObject([{ outcome: 'success', hosts: [{}, {}] }]);
  });

  it('that fail have all hosts undo', async () => {
    for (const phase of ['build', 'activate', 'confirm'] as const) {
      const { code, events, reports } = await deployWith([[phase, 'last']], () =>
        Promise.reject(new Error('the CDN says no')),
      );
      expect(code).toBe(1);
      const ends = events.filter((event) => event.type === 'host-ended');
      expect(ends.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
      const undone = events.filter((event) => event.type === 'undo');
      expect(new Set(undone.map(({ host }) => host)).size).toBe(2);
      expect(JSON.stringify(events)).toContain('Stopped: the CDN says no');
      expect(reports).toMatchObject([{ outcome: 'failure' }]);
      expect(reports[0]?.hosts.map(({ failed }) => failed)).toContain(`hook ${phase} last`);
    }
  });

  it('of another plugin are called once as well, and its migration is on the first host alone', async () => {
    const called: string[] = [];
    const step = (host: string, name: string, more: Partial<PluginStep>): PluginStep => ({
      ...{ phase: 'build', name, run: sh`:` },
      onClient: () => Promise.resolve(void called.push(`${name} ${host}`)),
      ...more,
    });
    const { code, events } = await deployWith([], undefined, (host) => [
      step(host, 'announce', { onClientFor: 'first-host' }),
      step(host, 'back up', { phase: 'migrate' }),
    ]);
    expect(code).toBe(0);
    expect(called).toEqual([expect.stringMatching(/^announce (?:one|two)$/), 'back up one']);
    const done = events.flatMap((event) =>
      event.type === 'step-ended' && /^(?:back up|wait until all)/.test(event.name)
        ? `${event.name} ${event.host ?? ''}`
        : [],
    );
    expect(done.filter((name) => name !== 'wait until all hosts are well two')).toEqual([
      'wait until all hosts have built one',
      'back up one',
      'wait until all hosts are well one',
    ]);
  });

  it('of another plugin migrate on the first host that it is for, and come last when all are ready', async () => {
    const called: string[] = [];
    const step = (host: string, name: string, more: Partial<PluginStep>): PluginStep => ({
      ...{ phase: 'migrate', name, run: sh`:` },
      onClient: () => Promise.resolve(void called.push(`${name} ${host}`)),
      ...more,
    });
    const { code } = await deployWith(
      [],
      undefined,
      (host) => [
        step(host, 'back up', {}),
        step(host, 'announce', { phase: 'confirm', place: 'first', onClientFor: 'last-host' }),
      ],
      { two: ['db'] },
    );
    expect(code).toBe(0);
    expect(called).toEqual(['back up two', 'announce two']);
    const both = await deployWith([], undefined, (host) => [
      step(host, 'announce', { phase: 'confirm', place: 'first', onClientFor: 'last-host' }),
    ]);
    expect(both.code).toBe(0);
    expect(called.slice(2)).toHaveLength(1);
  });
});
