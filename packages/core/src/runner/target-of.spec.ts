import { Secret, Text } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { sudoPasswordOf } from './target-of.js';

it('sudoPasswordOf() is the whole text, which may have several secrets', () => {
  const sudoPassword = Text.of('a', new Secret('one', '1'), 'b', new Secret('two', '2'));
  const password = sudoPasswordOf({ name: 'web', sudoPassword });
  expect([password?.reveal(), String(password)]).toEqual(['a1b2', '***']);
  expect(sudoPasswordOf({ name: 'web' })).toBeUndefined();
});
