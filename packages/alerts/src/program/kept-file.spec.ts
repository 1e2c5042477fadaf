import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keep, readKept, type Places } from './kept-file.js';

function places(): Places {
  const folder = mkdtempSync(join(tmpdir(), 'kept-file-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return { file: join(folder, 'disk/state'), inMemory: join(folder, 'run/state') };
}

it('keep() keeps a text in memory while the file cannot be written', () => {
  const both = places();
  expect(keep(both, 'one')).toContain(`Cannot write ${both.file}: ENOENT`);
  expect(readKept(both)).toBe('one');
  expect(statSync(both.inMemory).mode & 0o777).toBe(0o600);
});

it('keep() goes back to the file when it can be written', () => {
  const both = places();
  keep(both, 'one');
  mkdirSync(join(both.file, '..'));
  expect(keep(both, 'two')).toBeUndefined();
  expect(existsSync(both.inMemory)).toBe(false);
  expect(readKept(both)).toBe('two');
});

it('readKept() prefers what is in memory: the file is older', () => {
  const both = places();
  mkdirSync(join(both.file, '..'));
  keep(both, 'old');
  mkdirSync(join(both.inMemory, '..'));
  writeFileSync(both.inMemory, 'new');
  expect(readKept(both)).toBe('new');
});
