import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('hosts begin in their order, also when one never does, and others at once', async () => {
  const turns = new Turns(['a', 'b', 'c']);
  const begun: string[] = [];
  const begin = (name: string): Promise<void> =>
    turns.waitForTurn(name).then(() => void begun.push(name));
  const all = Promise.all(['c', 'a', 'b', 'other'].map(begin));
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'other']);
  turns.begins('a');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual(['a', 'other', 'b']);
  turns.begins('b');
  turns.begins('b');
  await all;
  expect(begun.at(-1)).toBe('c');
  await turns.waitForTurn('b');
});
