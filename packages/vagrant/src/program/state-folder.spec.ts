import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ignoreState, stateFolder } from './state-folder.js';

it('stateFolder() is where Vagrant has it', () => {
  expect(stateFolder('/shop/vagrant', {})).toBe('/shop/vagrant/.vagrant');
  expect(stateFolder('/shop/vagrant', { VAGRANT_DOTFILE_PATH: '../x' })).toBe('/shop/x');
});

it('ignoreState() keeps it out of git, and leaves a file that is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vagrant-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  ignoreState(folder);
  const file = join(stateFolder(folder), '.gitignore');
  expect(readFileSync(file, 'utf8')).toBe('*\n');
  writeFileSync(file, 'machines\n');
  ignoreState(folder);
  expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('machines\n');
});
