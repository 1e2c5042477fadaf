import { describe, expect, it } from 'vitest';
import type { ReportEvent } from '../report/event.js';
import { fakeTransport } from '@fairness-deploy/shell/testing';
import { HostKeyError } from '@fairness-deploy/shell';
import { addressOf, onHosts } from './on-hosts.js';
import { exampleRun } from '../testing/example-run.js';

const hostKey = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc', knownHostsLine: '' };

/** Connects to the hosts a, b and c, of which those named show an unknown key. */
async function withReport(
  unreached: 'stop' | 'go-on',
  ...strange: readonly string[]
): Promise<readonly ReportEvent[]> {
  const events: ReportEvent[] = [];
  const run = exampleRun({
    environment: {
      name: 'prod',
      workspace: '/srv',
      folder: '/srv',
      hosts: ['a', 'b', 'c'].map((name) => ({ name, address: name, sudo: true })),
      sections: {},
    },
    options: {},
    reporter: { report: (event) => void events.push(event) },
    transport: fakeTransport(
      () => '',
      ({ name }) => {
        if (strange.includes(name))
          throw new HostKeyError('host-key-unknown', `Cannot trust ${name}`, hostKey);
      },
    ),
  });
  await onHosts(run, unreached, (hosts) => {
    events.push({ type: 'notice', text: hosts.map(({ host }) => host.name).join(' ') });
    return Promise.resolve();
  });
  return events.filter(({ type }) => type !== 'connected');
}

describe('onHosts()', () => {
  it('stops without work on the hosts that it reached, and says so', async () => {
    expect(await withReport('stop', 'b')).toMatchObject([
      { type: 'failure', host: 'b' },
      {
        type: 'host-ended',
        host: 'a',
        outcome: 'failed',
        summary: 'nothing was done, because b could not be reached',
      },
      {
        type: 'host-ended',
        host: 'c',
        outcome: 'failed',
        summary: 'nothing was done, because b could not be reached',
      },
    ]);
  });

  it('continues with the hosts that it reached with go-on', async () => {
    expect(await withReport('go-on', 'b')).toMatchObject([
      { type: 'failure', host: 'b' },
      { type: 'notice', text: 'a c' },
    ]);
  });

  it('says with what an unknown key is pinned', async () => {
    const [failure] = await withReport('stop', 'a', 'b', 'c');
    expect(failure).toMatchObject({
      ...{ message: 'Cannot trust a', hint: 'Then pin it: npx nx run prod:ping' },
    });
  });
});

it.each([
  [{ address: '10.0.0.1', port: 22, user: 'deb' }, 'deb@10.0.0.1:22'],
  [{ address: '10.0.0.1', port: 22, user: 'deb', alias: 'srv' }, 'deb@10.0.0.1:22 (srv)'],
  [{ address: '2001:db8::1', port: 2222, user: 'deb' }, 'deb@[2001:db8::1]:2222'],
  [{ address: 'web' }, 'web'],
])('addressOf() of %j is %s', (target, expected) => {
  expect(addressOf({ name: 'web', knownHostsFile: '/k', sudo: true, ...target })).toBe(expected);
});
