import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lines, sh } from '@fairness-deploy/shell';
import { expect, it, onTestFinished } from 'vitest';
import { countDifferent } from './count-different.js';

const FILES = ['portrait.png', '2022/statutes.pdf', '-n', 'a b\nc'];

/** An old folder and its copy. */
function folders() {
  const home = mkdtempSync(join(tmpdir(), 'fd-uploads-'));
  onTestFinished(() => {
    rmSync(home, { recursive: true });
  });
  const [old, now] = [join(home, 'old'), join(home, 'new')];
  const write = (folder: string, name: string, text: string, seconds: number): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), seconds, seconds);
  };
  for (const name of FILES) write(old, name, `content of ${name}`, 1000.25);
  symlinkSync('nowhere', join(old, 'link'));
  cpSync(old, now, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const count = (): string => {
    const script = countDifferent(
      (one) => lines(sh`cd -- ${old}`, one),
      (one) => lines(sh`cd -- ${now}`, one),
      join(home, 'compared'),
    );
    const { stdout, stderr } = spawnSync('dash', ['-euc', script.reveal()], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(readdirSync(home).toSorted()).toEqual(['new', 'old']);
    return stdout.trim();
  };
  return {
    count,
    change: (name: string, text: string, seconds: number) => {
      write(now, name, text, seconds);
    },
    remove: (name: string) => {
      rmSync(join(now, name));
    },
  };
}

it('counts nothing in a copy, and in one with further files', () => {
  const { count, change } = folders();
  expect(count()).toBe('0');
  change('further', 'by the new release', 3000);
  expect(count()).toBe('0');
});

it.each([...FILES, 'link'])('counts %j when it is missing', (name) => {
  const { count, remove } = folders();
  remove(name);
  expect(count()).toBe('1');
});

it.each(FILES)('counts %j when its content differs, and neither its size nor its time', (name) => {
  const { count, change } = folders();
  change(name, `CONTENT of ${name}`, 1000.25);
  expect(count()).toBe('1');
});

it.each([
  ['in half, and older', 'con', 1000.125, '1'],
  ['of the new release, and newer', 'changed by the new release', 1000.5, '0'],
])('a file that is %s', (_, text, seconds, expected) => {
  const { count, change } = folders();
  change('portrait.png', text, seconds);
  expect(count()).toBe(expected);
});
