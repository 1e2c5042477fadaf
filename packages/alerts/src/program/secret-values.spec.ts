import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { maskOf, valuesIn } from './secret-values.js';

it('valuesIn() finds the values of the named variables, as a release has them', () => {
  const text = `PATH='/bin'\nPASSWORD='it'\\''s\na password'\nNOT_PASSWORD='x'\nexport KEY='k''\n`;
  expect(valuesIn(text, ['PASSWORD', 'KEY', 'NONE'])).toEqual(["it's\na password"]);
  expect(valuesIn("export KEY='a key'\n", ['KEY'])).toEqual(['a key']);
});

it('maskOf() masks the values in all files of the folder, and follows no link', () => {
  const folder = mkdtempSync(join(tmpdir(), 'variables-'));
  try {
    writeFileSync(
      join(folder, '20261123-101502-3f2a1bc'),
      "PASSWORD='hunter2-hunter2'\nNAME='shop'\n",
    );
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'folder', 'file'), "PASSWORD='elsewhere'\n");
    symlinkSync('folder/file', join(folder, 'link'));
    const mask = maskOf({ folder, variables: ['PASSWORD'] });
    expect(mask('shop: hunter2-hunter2 elsewhere')).toBe('shop: *** elsewhere');
    expect(maskOf({ folder: join(folder, 'none'), variables: ['X'] })('text')).toBe('text');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
