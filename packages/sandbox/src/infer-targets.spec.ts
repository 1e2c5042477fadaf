import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasSandbox } from './infer-targets.js';

const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('hasSandbox()', () => {
  it.each([
    ['sandbox:\n', true],
    ['sandbox: {}\n', true],
    ['hosts: {}\n"sandbox": { memory: 1G }\n', true],
    ['vars:\n  sandbox: 1\n', false],
    ['# sandbox:\n', false],
    ['sandboxes: 1\n', false],
    ['', false],
    ['\tsandbox', false],
  ])('of %j is %s', (text, expected) => {
    expect(hasSandbox(file('a.yaml', text))).toBe(expected);
  });

  it('follows extends', () => {
    file('base.yaml', 'sandbox:\n');
    expect(hasSandbox(file('b.yaml', 'extends: ./base.yaml # shared\n'))).toBe(true);
    expect(hasSandbox(file('c.yaml', "extends: 'b.yaml'\r\n"))).toBe(true);
  });

  it('is false for a file that extends itself, and for one that is not there', () => {
    expect(hasSandbox(file('d.yaml', 'extends: d.yaml\n'))).toBe(false);
    expect(hasSandbox(join(folder, 'none.yaml'))).toBe(false);
    expect(hasSandbox(file('e.yaml', 'extends: .\n'))).toBe(false);
  });
});
