import { expect, it } from 'vitest';
import { oldGroups } from './old-groups.js';

it('oldGroups() are those of programs, and of programs without a group', () => {
  const text =
    '[program:api]\ncommand=node\n[program:client]\n[program:worker]\n[group:web]\nprograms=api, client\n[eventlistener:mail]\n';
  expect(oldGroups('supervisor.conf', text)).toEqual(['web', 'worker', 'mail']);
});

it.each([
  ['[supervisord]\n', 'supervisor.conf has no program'],
  ['[program:a b]\n', 'supervisor.conf has a program "a b"'],
  ['[program:-x]\n', 'supervisor.conf has a program "-x"'],
])('oldGroups() refuses %j', (text, message) => {
  expect(() => oldGroups('supervisor.conf', text)).toThrow(
    `Cannot take over the old programs: ${message}`,
  );
});
