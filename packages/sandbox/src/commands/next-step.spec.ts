import { expect, it } from 'vitest';
import { nextStep } from './next-step.js';

const sandbox = {
  workspace: '/srv',
  environment: 'local',
  hosts: ['a', 'b'],
  deploys: true,
  urls: (host: string, address: string) => [`http://${address}/${host}`],
};

it.each([
  [
    'where to see what is deployed',
    sandbox,
    'Next: npx nx run local:provision, then npx nx run local:deploy, and open http://10.0.0.2/a or http://10.0.0.3/b',
  ],
  [
    'no address where nothing answers',
    { ...sandbox, urls: () => [] },
    'Next: npx nx run local:provision, then npx nx run local:deploy',
  ],
  [
    'no address where nothing is deployed',
    { ...sandbox, deploys: false },
    'Next: npx nx run local:provision',
  ],
])('nextStep() tells %s', (_, of, expected) => {
  expect(nextStep(of, ['10.0.0.2', '10.0.0.3'])).toBe(expected);
});
