import { expect, it } from 'vitest';
import { nameOnStage, namesOnStage, suffixOf } from './host-names.js';

/** What the sandbox takes: see hostId(). */
const TAKEN = /^(?=.{1,50}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

it('nameOnStage() keeps a name that fits', () => {
  expect(nameOnStage('web', 'prod')).toBe('web.prod.0rehearsal');
});

it("nameOnStage() gives no name that a host of a sandbox's own can have: environments begin with a letter", () => {
  expect(nameOnStage('web', 'prod').split('.').at(-1)).toMatch(/^\d/);
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

it('namesOnStage() refuses two hosts that would be one machine', () => {
  const [own] = namesOnStage(['Web'], 'prod').values();
  const same = (own ?? '').split('.')[0] ?? '';
  expect([...namesOnStage(['Web', 'back'], 'prod').values()]).toEqual([
    own,
    'back.prod.0rehearsal',
  ]);
  expect(() => namesOnStage(['Web', same], 'prod')).toThrow(
    `Cannot rehearse prod: the disposable hosts of "Web" and "${same}" would have one name`,
  );
});

it('nameOnStage() keeps two names apart', () => {
  expect(nameOnStage('Web', 'prod')).not.toBe(nameOnStage('web', 'prod'));
  expect(nameOnStage('203.0.113.10', 'prod')).not.toBe(nameOnStage('203.0.113.11', 'prod'));
});
