import { describe, expect, it } from 'vitest';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { liveRelease } from './live-release.js';
import { application } from '../testing/application.js';

const plan = (output: string) => liveRelease(application).plan(output);

describe('liveRelease()', () => {
  it('lets be what fits, and what is not known', () => {
    expect(plan('')).toBeUndefined();
    expect(plan('torn\n')).toBeUndefined();
  });

  it('refuses another home and another user, and says how to end what is live', () => {
    const { name, home, user } = application;
    expect(() => plan(`${user} /srv/before\n`)).toThrow(
      saying(
        `Cannot move ${name} from /srv/before to ${home}: its live release runs there, and the site would fail until the next deployment\n` +
          `  → Set application.home: /srv/before and application.user: ${user} again; to move it all the same, follow "Another home or user" in the README of @fairness-deploy/core`,
      ),
    );
    expect(() => plan(`before ${home}\n`)).toThrow(
      `Cannot move ${name} from the user before to ${user}: `,
    );
  });

  it('reads by a script without fault', async () => {
    await checkShell(liveRelease(application).read);
  });
});
