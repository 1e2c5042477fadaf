import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UndoList } from './undo-list.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'undo-list-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const list = () => new UndoList(join(folder, 'list.json'));
const saying = (word: string) =>
  ['sh', '-c', 'echo "$1" >>"$0"', join(folder, 'said'), word] as const;
const said = () => readFileSync(join(folder, 'said'), 'utf8');

it('UndoList undoes the last one first, whatever fails', () => {
  const undo = list();
  for (const each of [saying('one'), ['false'], ['no-such-program'], saying('two')] as const) {
    undo.add(each);
  }
  expect(undo.run()).toBe(4);
  expect(said()).toBe('two\none\n');
  expect(undo.run()).toBe(0);
});

it('UndoList is there for the next process, and for root only', () => {
  list().add(saying('left'));
  expect(statSync(join(folder, 'list.json')).mode & 0o777).toBe(0o600);
  expect(list().run()).toBe(1);
  expect(said()).toBe('left\n');
  expect(existsSync(join(folder, 'list.json'))).toBe(false);
});
