import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { fail } from './fail.js';

it.each([
  ["Cannot go to '$HOME'", undefined, "Cannot go to '$HOME'\n"],
  ['Cannot go', 'stay', 'Cannot go\n  → stay\n'],
])('fail() says why and, on a line of its own, what to do: %j, %j', (message, hint, said) => {
  const { status, stderr } = spawnSync('dash', ['-eu'], {
    input: fail(message, hint).text.reveal(),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: said });
});
