import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRegularFile } from './read-regular-file.js';

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regular-'));
  writeFileSync(path('text'), 'text');
  symlinkSync('text', path('link'));
  symlinkSync('/dev/zero', path('endless'));
  execFileSync('mkfifo', [path('pipe')]);
  writeFileSync(path('large'), '');
  // Without any of its blocks.
  truncateSync(path('large'), 2 ** 30);
  writeFileSync(path('limit'), 'x'.repeat(100));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('readRegularFile()', () => {
  it('reads a file, and one that a link leads to', () => {
    expect(readRegularFile(path('text')).toString()).toBe('text');
    expect(readRegularFile(path('link')).toString()).toBe('text');
    expect(readRegularFile(path('limit'), 100)).toHaveLength(100);
  });

  it('takes /dev/null for the empty file that people mean by it', () => {
    expect(readRegularFile('/dev/null')).toHaveLength(0);
  });

  it.each([
    ['/dev/zero', 'it is not an ordinary file'],
    ['endless', 'it is not an ordinary file'],
    ['pipe', 'it is not an ordinary file'],
    ['.', 'it is a folder, expected a file'],
    ['large', 'it has 1073741824 bytes, expected at most 1 MiB'],
    ['none', 'ENOENT'],
    // Its size is told as 0.
    ['/proc/kallsyms', 'it has more bytes, expected at most 1 MiB'],
  ])('refuses %s at once', (name, message) => {
    expect(() => readRegularFile(name.startsWith('/') ? name : path(name))).toThrow(message);
  });

  it('refuses one that is too large by a byte', () => {
    expect(() => readRegularFile(path('limit'), 99)).toThrow('it has 100 bytes');
  });
});
