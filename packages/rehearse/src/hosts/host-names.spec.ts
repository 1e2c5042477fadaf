import { expect, it } from 'vitest';
import { nameOnStage, suffixOf } from './host-names.js';

/** What the sandbox takes: see hostId(). */
const TAKEN = /^(?=.{1,50}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

it('nameOnStage() keeps a name that fits', () => {
  expect(nameOnStage('web', 'prod')).toBe('web.prod.rehearsal');
});

it.each([
  ['203.0.113.10', 'prod'],
  ['2001:db8::1', 'prod'],
  ['Web_1', 'Staging_EU'],
  ['web-of-a-very-long-name.example.org', 'an-environment-with-a-very-long-name'],
  ['-', '_'],
])('nameOnStage() makes a host name of %s of %s', (host, environment) => {
  const name = nameOnStage(host, environment);
  expect(name).toMatch(TAKEN);
  expect(name.endsWith(suffixOf(environment))).toBe(true);
});

it('nameOnStage() keeps two names apart', () => {
  expect(nameOnStage('Web', 'prod')).not.toBe(nameOnStage('web', 'prod'));
  expect(nameOnStage('203.0.113.10', 'prod')).not.toBe(nameOnStage('203.0.113.11', 'prod'));
});
