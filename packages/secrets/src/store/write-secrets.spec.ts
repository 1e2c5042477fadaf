import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf, secretsFileOf } from '../environment/place.js';
import { writeSecrets } from './write-secrets.js';

let workspace = '';
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'write-secrets-'));
  mkdirSync(join(workspace, 'environments/prod'), { recursive: true });
  writeFileSync(file(), 'old');
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

const place = () => placeOf(workspace, 'prod');
const file = (): string => secretsFileOf(place());
const folder = (): readonly string[] => readdirSync(place().folder).sort();
const lock = (): string => join(place().folder, '.secrets.yaml.lock');

describe('writeSecrets()', () => {
  it('tells all but the first of those who write at the same time, and loses nothing', async () => {
    const texts = Array.from({ length: 8 }, (_, at) => `new ${String(at)}`);
    const ended = await Promise.allSettled(texts.map((text) => writeSecrets(place(), text, 'old')));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(texts.filter((_, at) => ended[at]?.status === 'fulfilled')).toEqual([
      readFileSync(file(), 'utf8'),
    ]);
    const all = folder().map((name) => readFileSync(join(place().folder, name), 'utf8'));
    expect(all.sort()).toEqual(texts);
    expect(folder().filter((name) => !/\.edited$|^secrets\.yaml$/.test(name))).toEqual([]);
  });

  it('is not kept from writing by the lock of a process that was killed', async () => {
    writeFileSync(lock(), '');
    const writing = writeSecrets(place(), 'new', 'old');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(readFileSync(file(), 'utf8')).toBe('old');
    utimesSync(lock(), 0, Date.now() / 1000 - 11);
    await writing;
    expect(readFileSync(file(), 'utf8')).toBe('new');
    expect(folder()).toEqual(['secrets.yaml']);
  });

  it('keeps the mode, whatever the umask, and a link', async () => {
    chmodSync(file(), 0o664);
    await writeSecrets(place(), 'new', 'old');
    expect(statSync(file()).mode & 0o777).toBe(0o664);
    const real = join(workspace, 'elsewhere.yaml');
    writeFileSync(real, 'old');
    rmSync(file());
    symlinkSync(real, file());
    await writeSecrets(place(), 'new', 'old');
    expect(readFileSync(real, 'utf8')).toBe('new');
    expect(folder()).toEqual(['secrets.yaml']);
  });
});
