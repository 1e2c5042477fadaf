/** A host that was upgraded to, or replaced by, another system: named before anything is done. */
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { type Connection, sh } from '@fairness-deploy/shell';
import { saying } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeJob } from '../engine/describe-job.js';
import { runJob } from '../engine/run-job.js';
import { definePlugin } from '../plugin/plugin.js';
import type { ReportEvent } from '../report/event.js';
import { file } from '../resources/file.js';
import type { Command, CommandOptions } from '../runner/run.js';
import { exampleRun } from '../testing/example-run.js';
import { decommission } from './decommission.js';
import { ping } from './ping.js';
import { plan } from './plan.js';
import { provision } from './provision.js';
import { status } from './status.js';

const MARKED = '/etc/marked';
const HINT = 'use a host with one of these: Debian 11, 12, 13; Ubuntu 22.04, 24.04';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('unsupported-system');
  connection = await test.connect();
  await connection.run(sh`
    rm /etc/os-release
    printf '%s\n' 'NAME="Alpine Linux"' ID=alpine VERSION_ID=3.20.3 'PRETTY_NAME="Alpine Linux v3.20"' >/etc/os-release`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const plugin = definePlugin({
  section: 'test',
  schema: z.unknown(),
  resources: () => [file({ path: MARKED, content: 'x\n' })],
  checks: () => [{ name: 'kernel', layer: 'machine', read: sh`uname -s`, judge: () => [] }],
});

async function run(
  command: Command,
): Promise<{ readonly code: number; readonly events: readonly ReportEvent[]; trips: number }> {
  const events: ReportEvent[] = [];
  let trips = 0;
  const code = await command(
    exampleRun<CommandOptions>({
      environment: {
        name: 'test',
        workspace: process.cwd(),
        folder: process.cwd(),
        hosts: [{ name: 'web', address: 'web', sudo: true }],
        sections: {},
      },
      plugins: [plugin],
      options: { yes: true, confirm: 'test' },
      reporter: {
        report: (event) => {
          events.push(event);
          if (event.type === 'host-ended') trips = event.traffic?.roundTrips ?? 0;
        },
      },
      transport: { connect: () => test.connect({ name: 'web' }) },
    }),
  );
  return { code, events, trips };
}

describe.each([
  ['plan', plan],
  ['provision', provision],
  ['decommission', decommission],
] as const)('%s', (name, command) => {
  it('names the system, and does nothing', async () => {
    const { code, events, trips } = await run(command);
    expect(code).toBe(1);
    expect(events.filter(({ type }) => type === 'failure')).toEqual([
      {
        type: 'failure',
        host: 'web',
        message: `Cannot ${name} host "web": it runs Alpine Linux v3.20, which is not supported. Nothing was changed`,
        hint: HINT,
      },
    ]);
    expect(events.filter(({ type }) => type === 'plan')).toEqual([]);
    expect(trips).toBe(1);
    const { stdout } = await connection.run(sh`ls -d /var/lib/fairness-deploy ${MARKED} 2>&1 || :`);
    expect(stdout.toString()).not.toMatch(/^\//m);
  });
});

describe.each([
  ['ping', ping],
  ['status', status],
] as const)('%s', (_, command) => {
  it('warns, and goes on', async () => {
    const { code, events } = await run(command);
    expect(code).toBe(0);
    const found = events.filter((event) => event.type === 'check' && event.name === 'system');
    expect(found).toMatchObject([
      {
        ...{ type: 'check', host: 'web', section: 'hosts', name: 'system', level: 'warn' },
        text: expect.stringMatching(
          /^it runs Alpine Linux v3\.20, which is not supported: /,
        ) as string,
        hint: HINT,
      },
    ]);
  });
});

it('no job begins, whatever has read the host before', async () => {
  const job = {
    ...describeJob('deploy abc'),
    steps: [{ name: 'mark', after: [], run: sh`touch ${MARKED}` }],
    ...{ wait: false, verify: sh`:` },
  };
  await expect(runJob(connection, job)).rejects.toThrow(
    saying(
      `Cannot deploy abc on host "unsupported-system": it runs Alpine Linux v3.20, which is not supported. Nothing was changed\n  → ${HINT}`,
    ),
  );
  const { stdout } = await connection.run(sh`ls -d /var/lib/fairness-deploy ${MARKED} 2>&1 || :`);
  expect(stdout.toString()).not.toMatch(/^\//m);
});

it('a host without os-release is refused as well', async () => {
  await connection.run(sh`mv /usr/lib/os-release /root/ && mv /etc/os-release /root/alpine`);
  const { events } = await run(provision);
  await connection.run(sh`mv /root/os-release /usr/lib/ && mv /root/alpine /etc/os-release`);
  expect(events.find(({ type }) => type === 'failure')).toMatchObject({
    message:
      'Cannot provision host "web": its system is unknown, as it has no /etc/os-release. Nothing was changed',
  });
});

it('a host that has become a supported one again is changed', async () => {
  await connection.run(sh`ln -sfn ../usr/lib/os-release /etc/os-release`);
  const { code } = await run(provision);
  expect(code).toBe(0);
  const { status: found } = await connection.run(sh`[ -e ${MARKED} ]`);
  expect(found).toBe(0);
});
