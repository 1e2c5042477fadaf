import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { rehearsal } from './rehearsal.js';
import { releaseSchema } from './section/section.js';

const stage = {
  ...{ hosts: [], certificate: { certificateFile: '', keyFile: '' } },
  authority: { directory: '', rootFile: '', authHook: '', cleanupHook: '', hookVariables: {} },
};

it('rehearsal needs the real secrets of a repository that hosts fetch from', () => {
  const url = (...parts: readonly (string | Secret)[]) =>
    rehearsal.needsSecrets?.(releaseSchema.parse({ repository: Text.of(...parts) }));
  const token = new Secret('git_token', '');
  expect(url('https://bot:', token, '@git.example.org/shop.git')).toEqual(['git_token']);
  expect(url('https://git.example.org/shop.git')).toEqual([]);
  expect(url('../shop')).toEqual([]);
});

it('rehearsal lets this machine fetch what hosts would fetch, and says so', () => {
  const environment = exampleEnvironment();
  const section = releaseSchema.parse({ repository: 'https://git.example.org/shop.git' });
  const changed = rehearsal.section?.({ section, environment, stage });
  expect(changed?.origin).toMatchObject({ via: 'fetch', isFetchedHere: true });
  expect(rehearsal.leavesOut?.(section)).toEqual([
    "the hosts' own way to https://git.example.org/shop.git: this machine has fetched the commits",
  ]);
  const local = releaseSchema.parse({ repository: '../shop' });
  expect(rehearsal.section?.({ section: local, environment, stage }).origin).toEqual(local.origin);
});

it.each([
  'https://shop.example.org/shop.git',
  'deploy@shop.example.org:shop.git',
  'ssh://git@shop.example.org:2222/srv/shop.git',
  'git://[2001:db8::1]/shop.git',
])('rehearsal refuses %s where a host of the environment has it', (repository) => {
  const hosts = ['shop.example.org', '2001:db8::1'].map((address) => ({
    ...{ name: 'web', address, sudo: true },
  }));
  const environment = exampleEnvironment({ hosts });
  const section = releaseSchema.parse({ repository });
  expect(() => rehearsal.section?.({ section, environment, stage })).toThrow(
    'its own host "web" has the repository',
  );
});

it('rehearsal runs no hook on this machine, and tells nobody', () => {
  const section = releaseSchema.parse({
    hooks: [
      { after: 'confirm', run: 'purge-cdn', on: 'client' },
      { before: 'migrate', run: 'npm run check' },
    ],
    notify: { url: 'https://chat.example.org/hook' },
  });
  const environment = exampleEnvironment();
  const changed = rehearsal.section?.({ section, environment, stage });
  expect(changed?.hooks.map(({ isDry }) => isDry ?? false)).toEqual([true, false]);
  expect(changed?.notify).toEqual([]);
  expect(rehearsal.leavesOut?.(section)).toEqual([
    'the hook on this machine after confirm: purge-cdn',
    'the webhooks that are told how deployments end',
  ]);
  const [one] = section.notify;
  if (!one) throw new Error('there is no webhook');
  const secret = { ...section, notify: [{ ...one, url: Text.of(new Secret('chat', '')) }] };
  expect(rehearsal.secrets?.({ section: secret, environment, stage })).toEqual({
    chat: 'https://webhook.invalid/',
  });
});
