import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { chooseHost } from './choose-host.js';

const host = (name: string) => ({ name, address: name, sudo: true });

function choose(names: readonly string[], named?: string, preferred?: string): string {
  const run = { environment: { name: 'prod' }, hosts: names.map(host) };
  return chooseHost(run, {
    ...{ act: 'open ssh to', named },
    preferred: preferred === undefined ? undefined : host(preferred),
    withOption: (option) => `npx nx run prod:ssh -- ${option} uptime`,
  }).name;
}

describe('chooseHost()', () => {
  it.each([
    [['web'], undefined, undefined, 'web'],
    [['web', 'work'], 'work', undefined, 'work'],
    [['web', 'work'], undefined, 'work', 'work'],
    [['web', 'work'], 'web', 'work', 'web'],
    // --limit may leave the preferred one out.
    [['web'], undefined, 'work', 'web'],
  ])('among %j, asked for %s, with %s preferred, finds %s', (names, named, preferred, expected) => {
    expect(choose(names, named, preferred)).toBe(expected);
  });

  it.each([
    [
      ...[['web', 'work'], undefined, undefined],
      'Cannot open ssh to a host of "prod": there are web, work\n  → npx nx run prod:ssh -- --host=web uptime',
    ],
    [
      ...[['web'], 'wbe', undefined],
      'Cannot open ssh to host "wbe" of "prod": there is web\n  → npx nx run prod:ssh -- --host=web uptime',
    ],
    [
      ...[['web', 'work'], undefined, 'back'],
      'Cannot open ssh to a host of "prod": there are web, work\n  → npx nx run prod:ssh -- --host=web uptime',
    ],
  ] as const)(
    'among %j, asked for %s, with %s preferred, refuses',
    (names, named, preferred, message) => {
      expect(() => choose(names, named, preferred)).toThrow(saying(message));
    },
  );
});
