import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isExposed, protectionHint } from './exposed-file.js';

function temporaryFile(mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'exposed-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'id_ed25519');
  writeFileSync(path, 'x');
  chmodSync(path, mode);
  return path;
}

describe('isExposed()', () => {
  it.each([
    [0o600, false],
    [0o400, false],
    [0o700, false],
    [0o640, true],
    [0o604, true],
    [0o602, true],
    [0o777, true],
  ])('of the mode %o: %s', (mode, is) => {
    expect(isExposed(temporaryFile(mode))).toBe(is);
  });

  it('follows links', () => {
    const path = temporaryFile(0o600);
    symlinkSync(path, `${path}.link`);
    expect(isExposed(`${path}.link`)).toBe(false);
  });
});

describe('protectionHint()', () => {
  it.each([
    ['/home/ann/.ssh/id_rsa', 'chmod 600 /home/ann/.ssh/id_rsa'],
    ["/home/ann/it's", "chmod 600 '/home/ann/it'\\''s'"],
    ['/mnt/data/key', 'chmod 600 /mnt/data/key'],
    [
      '/mnt/c/Users/Ann Lee/id_rsa',
      "Windows' drives have no modes of files: copy it into your home folder, install -D -m 600 '/mnt/c/Users/Ann Lee/id_rsa' ~/.ssh/id_rsa, and name that file. For a key of Vagrant: docs/windows.md",
    ],
  ])('for %s', (path, hint) => {
    expect(protectionHint(path)).toBe(hint);
  });
});
