import { expect, it } from 'vitest';
import { FAULTS } from '../doctor/faults.js';
import { LASTING_FAULTS } from '../doctor/faults/process-faults.js';
import { textOf } from './blocks.mjs';

it('docs/troubleshooting.md has a row for each fault that is tested, and for no other', () => {
  const rows = [...textOf('docs/troubleshooting.md').matchAll(/^\| ([^|]+) \|/gm)]
    .map(([, cell = '']) => cell.trim())
    .filter((cell) => cell !== 'what is wrong' && !/^-+$/.test(cell));
  expect(rows.toSorted()).toEqual(
    [...FAULTS, ...LASTING_FAULTS].map(({ name }) => name).toSorted(),
  );
});
