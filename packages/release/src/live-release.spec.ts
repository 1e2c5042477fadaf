import { describe, expect, it } from 'vitest';
import { checkShell } from '@fairness-deploy/core/testing';
import { liveRelease } from './live-release.js';
import type { Ports } from './host/history-entry.js';
import { portsOf } from './rollback.js';
import { application } from './testing/application.js';
import { entryOf } from './testing/entry.js';

const release = '20261123-101502-3f2a1bc';
const entry = (ports?: Ports): string =>
  `${JSON.stringify(entryOf({ release, ...(ports && { ports }) }))}\n`;
const own = portsOf(application);
const plan = (output: string) => liveRelease(application, 'prod').plan(output);

describe('liveRelease()', () => {
  it('lets be what fits, what is not known, and what the next release brings besides', () => {
    expect(plan('')).toBeUndefined();
    expect(plan('torn by a power cut\n')).toBeUndefined();
    expect(plan(entry())).toBeUndefined();
    expect(plan(entry(own))).toBeUndefined();
    expect(plan(entry(Object.fromEntries(Object.entries(own).slice(1))))).toBeUndefined();
  });

  it('refuses to take ports or processes away from what is live', () => {
    const [first = ''] = Object.keys(own);
    const ports = own[first];
    expect(() => plan(entry({ ...own, [first]: [1, 2], gone: [3, 4] }))).toThrow(
      `The site would be down until the next deployment: ${release} is live, and its process "${first}" listens on 1 or 2, not on ${(ports ?? []).join(' or ')}, and its process "gone" would be stopped, as the environment has none. Switch the maintenance page on first (nx run prod:maintenance --on), provision, deploy, and switch it off`,
    );
  });

  it('reads by a script without fault', async () => {
    await checkShell(liveRelease(application, 'prod').read);
  });
});
