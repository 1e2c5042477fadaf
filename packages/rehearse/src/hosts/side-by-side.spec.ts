import { HintedError } from '@fairness-deploy/shell/text';
import { expect, it } from 'vitest';
import { sideBySide } from './side-by-side.js';

it('sideBySide() returns what each work returns, in order', async () => {
  expect(await sideBySide([3, 1, 2], (item) => Promise.resolve(item * 2))).toEqual([6, 2, 4]);
});

it('sideBySide() waits for all of them when one fails', async () => {
  const ended: string[] = [];
  const works = {
    fails: () => Promise.reject(new Error('Cannot boot a')),
    ends: async () => {
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      ended.push('b');
    },
  };
  const all = sideBySide([works.fails, works.ends], (work) => work());
  await expect(all).rejects.toThrow('Cannot boot a');
  expect(ended).toEqual(['b']);
});

it('sideBySide() says what each of several failures is', async () => {
  const boot = (name: string) =>
    Promise.reject(new HintedError(`Cannot boot ${name}`, { hint: `see ${name}.log` }));
  await expect(sideBySide(['a', 'b'], boot)).rejects.toMatchObject({
    ...{ message: 'Cannot boot b\n  → see b.log\nCannot boot a', hint: 'see a.log' },
  });
});
