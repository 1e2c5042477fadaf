import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { standInFor } from './shape.js';

const of = (name: string, more: object = {}) => standInFor({ name, deprecated: false, ...more });

it.each([
  ['slack_url', 'https://stand-in.invalid/'],
  ['sentry_dsn', 'https://stand-in.invalid/'],
  ['smtp_host', 'stand-in.invalid'],
  ['smtp_port', '9'],
  ['smtp_user', 'stand_in'],
  ['admin_email', 'nobody@stand-in.invalid'],
])('standInFor() gives %s the value %s, which is not masked', (name, value) => {
  expect(of(name)).toEqual({ value, isRandom: false });
});

it('standInFor() makes a new random text of the wanted length', () => {
  const one = of('session_secret', { bytes: 32 });
  expect(one).toEqual({ value: expect.stringMatching(/^[0-9a-f]{64}$/) as string, isRandom: true });
  expect(of('session_secret', { bytes: 32 })).not.toEqual(one);
  expect(of('import_token').value).toMatch(/^[0-9a-f]{48}$/);
});

it('standInFor() makes a real key', () => {
  const { value, isRandom } = of('jwt_private_key');
  expect([createPrivateKey(value).asymmetricKeyType, isRandom]).toEqual(['ec', true]);
});

it('standInFor() makes nothing of a secret that nothing uses', () => {
  expect(standInFor({ name: 'old_key', deprecated: true })).toEqual({
    value: 'none',
    isRandom: false,
  });
});
