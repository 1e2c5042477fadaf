import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Deployer } from '../plugin/deployer.js';
import type { DeploymentReport } from '../application/deployment-report.js';
import type { Phase, ReleaseStep } from '../application/release-step.js';
import { definePlugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import { sh } from '@fairness-deploy/shell';
import { deploy } from './deploy.js';
import { RunningJobs } from './running-jobs.js';
import type { Run } from './run.js';

/** Two real hosts: what is done once on the client for both of them. */
const names = ['one', 'two'] as const;
let hosts: readonly TestHost[] = [];

beforeAll(async () => {
  hosts = await Promise.all(names.map((name) => startTestHost(`client-steps-${name}`)));
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
});

type Called = (name: string) => Promise<void>;

/** Deploys to both hosts, one after the other, with a step on the client at each of the places. */
async function deployWith(
  places: readonly (readonly [Phase, 'first' | 'last'])[],
  called: Called = () => Promise.resolve(),
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
      ...{ phase, once, place: once, name: `hook ${phase} ${once}`, run: sh`:` },
      onClient: async (say) => {
        order.push(`hook ${phase} ${once}`);
        say(`said ${phase}`);
        await called(phase);
      },
    })),
  ];
  const deployer: Deployer = {
    source: () =>
      Promise.resolve({ commit: 'c'.repeat(40), subject: 'Test', author: 'Ana', warnings: [] }),
    read: () => sh`echo r1`,
    batch: () => 1,
    running: () => 'r1',
    history: () => [],
    candidates: () => [],
    interrupted: () => false,
    plan: ({ host }) =>
      Promise.resolve({
        release: { id: 'r1', commit: 'c'.repeat(40), path: '/srv/r1', environmentFile: '/srv/e' },
        steps: steps(host.name),
      }),
    rollback: () => {
      throw new Error('Cannot roll back: nobody asks for that');
    },
  };
  const run: Run = {
    environment: {
      ...{ name: 'test', workspace: '/', folder: '/', sections: {} },
      hosts: names.map((name) => ({ name, address: name, sudo: true })),
    },
    plugins: [
      definePlugin({
        section: 'test',
        schema: z.unknown(),
        deployer,
        finished: (_, report) => {
          reports.push(report);
          return Promise.resolve([]);
        },
      }),
    ],
    options: {},
    reporter: { report: (event) => void events.push(event) },
    mask: (value) => value,
    jobs: new RunningJobs(),
    transport: {
      connect: ({ name }) => {
        const host = hosts[names.findIndex((one) => one === name)];
        if (!host) throw new Error(`Cannot connect to ${name}: nobody is there`);
        return host.connect({ name });
      },
    },
  };
  const code = await deploy(run);
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
});
