import { expect, it } from 'vitest';
import { childEnvironment, hideVariable } from './child-environment.js';

it('childEnvironment() leaves out the secrets and what opens them, and nothing else', () => {
  hideVariable('TEAM_PASSWORD');
  hideVariable(undefined);
  expect(
    childEnvironment({
      FAIRNESS_VAULT_PASSWORD: 'x',
      FAIRNESS_VAULT_OLD_PASSWORD: 'x',
      FAIRNESS_VAULT_NEW_PASSWORD: 'x',
      FAIRNESS_AGE_IDENTITY: 'x',
      FAIRNESS_AGE_IDENTITY_FILE: '/x',
      FAIRNESS_AGE_PASSPHRASE: 'x',
      FAIRNESS_SECRET_TOKEN: 'x',
      TEAM_PASSWORD: 'x',
      FAIRNESS_SECRETS_REVEAL: '1',
      FAIRNESS_DEPLOY: 'x',
      PATH: '/bin',
    }),
  ).toEqual({ FAIRNESS_SECRETS_REVEAL: '1', FAIRNESS_DEPLOY: 'x', PATH: '/bin' });
});
