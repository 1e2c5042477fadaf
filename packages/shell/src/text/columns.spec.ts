import { expect, it } from 'vitest';
import { columns } from './columns.js';

it('columns() aligns all but the end of a line', () => {
  expect(
    columns(
      [
        ['web', 'up', ''],
        ['database', '', '12 MB'],
        ['x', '', ''],
      ],
      '  ',
    ),
  ).toBe('  web       up\n  database      12 MB\n  x\n');
  expect(columns([])).toBe('');
});
