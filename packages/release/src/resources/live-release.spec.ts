import { describe, expect, it } from 'vitest';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { exampleProcess } from '@fairness-deploy/core/testing';
import { liveRelease } from './live-release.js';
import { addressesOf, type Addresses } from '../application/listen-address.js';
import type { Front } from '../application/front.js';
import { sh } from '@fairness-deploy/shell';
import { application } from '../testing/application.js';
import { entryOf } from '../testing/entry.js';

const routed = {
  ...application,
  processes: application.processes.map((process) => ({ ...process, route: '/' })),
};
const front: Front = {
  group: 'www-data',
  offline: sh`[ -e /run/offline ]`,
  moveHint: 'Close it first',
};
const release = '20261123-101502-3f2a1bc';
const entry = (ports: Addresses): string => `${JSON.stringify(entryOf({ release, ports }))}\n`;
const own = addressesOf(application);
const plan = (output: string) => liveRelease(routed, front).plan(output);

describe('liveRelease()', () => {
  it('lets be what fits, what is not known, and what the next release adds', () => {
    expect(plan('')).toBeUndefined();
    expect(plan('torn by a power cut\n')).toBeUndefined();
    expect(plan(entry(own))).toBeUndefined();
    expect(plan(entry(Object.fromEntries(Object.entries(own).slice(1))))).toBeUndefined();
  });

  it('refuses to take ports or processes away from what is live', () => {
    const [first = ''] = Object.keys(own);
    const ports = own[first];
    expect(() => plan(entry({ ...own, [first]: [1, 2], gone: [3, 4] }))).toThrow(
      saying(
        `Cannot provision while ${release} is live: its process "${first}" listens on 1 or 2, not on ${(ports ?? []).join(' or ')}, and its process "gone" would be stopped, as the environment has none\n  → Close it first`,
      ),
    );
  });

  it('refuses to take away a process that has a name of every object', () => {
    expect(() => plan(entry(Object.fromEntries([['constructor', [3, 4]]])))).toThrow(
      'its process "constructor" would be stopped, as the environment has none',
    );
  });

  it('lets ports change to which no requests are sent, and says what to do where no plugin sends any', () => {
    const [first = ''] = Object.keys(own);
    const processes = application.processes.map(({ name, port = 1, alternatePort = 2 }) =>
      exampleProcess({ name, port, alternatePort }),
    );
    const unrouted = liveRelease({ ...application, processes }, front);
    const alone = liveRelease(routed, undefined);
    for (const resource of [unrouted, alone]) {
      expect(resource.plan(entry({ ...own, [first]: [1, 2] }))).toBeUndefined();
    }
    expect(() => alone.plan(entry({ ...own, gone: [3, 4] }))).toThrow(
      saying(
        'as the environment has none\n  → Deploy first, with --allow-drift, and then provision',
      ),
    );
  });

  it('refuses another home and another user, and says how to end what is live', () => {
    const { name, home, user } = routed;
    expect(() => plan(`moved ${user} /srv/before\n`)).toThrow(
      saying(
        `Cannot move ${name} from /srv/before to ${home}: its live release runs there, and the site would fail until the next deployment\n` +
          `  → Set application.home: /srv/before and application.user: ${user} again; to move it all the same, follow "Another home or user" in the README of @fairness-deploy/core`,
      ),
    );
    expect(() => plan(`moved before ${home}\n`)).toThrow(
      `Cannot move ${name} from the user before to ${user}: `,
    );
  });

  it('reads by a script without fault', async () => {
    await checkShell(liveRelease(routed, front).read);
  });
});
