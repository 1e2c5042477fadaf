import { checkShell } from '@fairness-deploy/shell/testing';
import { expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { releaseIn } from '../application/release.js';
import { releaseSchema } from '../section/section.js';
import { checkoutStep } from '../steps/checkout.js';
import { application, environment } from '../testing/application.js';
import { parseObjects, printObjects } from './host-objects.js';

const layout = layoutOf(application);
const id = '0123456789abcdef';

it('printObjects() is a script without fault', async () => {
  await checkShell(printObjects(layout, application.user, []));
  await checkShell(printObjects(layout, application.user, ['f'.repeat(40)]));
});

it('the checkout of an artifact is a script without fault, and leaves bytes as they are', async () => {
  const commit = 'c'.repeat(40);
  const artifact = 'a'.repeat(40);
  const { run } = checkoutStep({
    application,
    environment,
    hosts: ['web'],
    section: releaseSchema.parse({ artifact: { target: 'web:build', path: 'dist' } }),
    layout,
    release: releaseIn(layout, {
      id: '20261123-101502-ccccccc',
      commit,
      directory: undefined,
      programs: [],
    }),
    artifact,
    transfer: { from: 'input' },
    configuration: {},
    about: {
      ...{
        release: '20261123-101502-ccccccc',
        commit,
        artifact,
        action: 'deploy',
        migrationsDigest: '',
      },
      ...{ configuration: id, build: id, subject: '', author: '', who: '', from: '', started: '' },
    },
  });
  await checkShell(run);
  expect(String(run)).toContain(artifact);
  expect(String(run)).toContain('info/attributes');
});

it('parseObjects() finds the hashes, and passes over what is none', () => {
  const objects = parseObjects(`release x\nobjects ${id} short ${'g'.repeat(16)} \nlast`);
  expect(objects?.has(`${id}${'0'.repeat(24)}`)).toBe(true);
  expect(objects?.has('short')).toBe(false);
  expect(objects?.has(`1${id}`)).toBe(false);
  expect(parseObjects('objects ')?.has('')).toBe(false);
});

it('parseObjects() tells when the host had no need to tell', () => {
  expect(parseObjects('release x\n')).toBeUndefined();
});
