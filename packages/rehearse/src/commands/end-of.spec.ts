import { exampleApplication, exampleEnvironment } from '@fairness-deploy/core/testing';
import type { UnopenedEnvironment } from '@fairness-deploy/core';
import { NO_SECTION } from '@fairness-deploy/secrets';
import { expect, it } from 'vitest';
import { endOf } from './end-of.js';

const host = { sudo: true, address: '203.0.113.1' };
const environment = exampleEnvironment({
  application: exampleApplication({ processes: [] }),
  hosts: [
    { ...host, name: 'web', user: 'debian' },
    { ...host, name: 'back' },
  ],
});
const unopened: UnopenedEnvironment = {
  ...{ environment, plugins: [], secrets: [], wanted: [] },
  section: NO_SECTION,
  secret: () => {
    throw new Error('no secret is needed');
  },
};
const running = {
  address: '10.1.0.2',
  login: {
    ...{ address: '127.0.0.1', port: 40022, user: 'root', publishedPorts: {} },
    ...{ identityFile: '/my state/id', knownHostsFile: '/my state/known_hosts' },
  },
};
const booted = { hosts: new Map([['web', running]]), authority: undefined };

it('endOf() keeps the hosts as asked, but only when all have started', () => {
  const ends = [
    endOf(unopened, { keep: true }, { success: false, booted }),
    endOf(unopened, { keep: true }, { success: false }),
    endOf(unopened, {}, { success: true, booted }),
  ];
  expect(ends.map(({ isKept }) => isKept)).toEqual([true, false, false]);
});

it('endOf() has a line that logs in, to paste: as root while the host is not ready', () => {
  const { hosts } = endOf(unopened, { keep: true }, { success: false, booted });
  expect(hosts).toEqual([
    {
      name: 'web',
      login: `ssh -F /dev/null -i '/my state/id' -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o 'UserKnownHostsFile="/my state/known_hosts"' -p 40022 root@127.0.0.1`,
    },
  ]);
});

it('endOf() names what no rehearsal has', () => {
  const { leftOut } = endOf(unopened, {}, { success: true });
  expect(leftOut).toEqual([
    expect.stringMatching(/^real mail:/),
    expect.stringMatching(/^services that plain variables or hooks/),
    'the login on back and its sudo: the file names no user, so root logs in',
    expect.stringMatching(/^the real hosts:/),
  ]);
});

it('endOf() names the secrets that have stand-ins', () => {
  const wanted = ['token', 'old'].map((name) => ({
    ...{ name, description: '', deprecated: name === 'old' },
  }));
  const leftOut = (withSecrets: boolean): string =>
    endOf({ ...unopened, wanted }, { withSecrets }, { success: true }).leftOut.join('\n');
  expect(leftOut(false)).toMatch(
    /^services that .* real secrets: .*\nwhether there are the secrets token: npx nx run \S+:secrets-check$/m,
  );
  expect(leftOut(true)).not.toContain('secret');
});
