import type { Application } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { nextStep } from './next-step.js';

const application: Application = {
  ...{ name: 'shop', user: 'shop', home: '/srv/shop', env: {}, processes: [], static: [] },
  node: { version: '20.20.2', mirror: 'https://nodejs.org/dist' },
};
const urls = ['http://10.0.0.2/a', 'http://10.0.0.3/b', 'http://10.0.0.2/a'];

it.each([
  [
    'where to see what is deployed',
    [{ name: 'local', application }, urls] as const,
    'Next: npx nx run local:provision, then npx nx run local:deploy, and open http://10.0.0.2/a or http://10.0.0.3/b',
  ],
  [
    'no address where nothing answers',
    [{ name: 'local', application }, []] as const,
    'Next: npx nx run local:provision, then npx nx run local:deploy',
  ],
  [
    'no address where nothing is deployed',
    [{ name: 'local' }, urls] as const,
    'Next: npx nx run local:provision',
  ],
])('nextStep() tells %s', (_, [environment, places], expected) => {
  expect(nextStep(environment, places)).toBe(expected);
});
