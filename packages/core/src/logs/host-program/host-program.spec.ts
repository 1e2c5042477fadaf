import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh } from '@fairness-deploy/shell';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFile, logFiles, newIn, tailOf } from '../../plugin/log-source.js';
import { LocalReading } from '../testing/local-reading.js';

let folder: string;
let path: string;
let reading: LocalReading | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fd-log-'));
  path = join(folder, 'app.log');
});
afterEach(async () => {
  await reading?.cut();
  reading = undefined;
  rmSync(folder, { recursive: true });
});

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => `line ${String(from + at)}`);
const add = (from: number, to: number, file = path): void => {
  appendFileSync(
    file,
    numbered(from, to)
      .map((line) => `${line}\n`)
      .join(''),
  );
};

/** Follows the file from its beginning. */
async function followed(lines = 100): Promise<LocalReading> {
  reading = new LocalReading([logFile('app', path)], { lines });
  reading.start();
  const one = reading;
  await expect.poll(() => one.isCaughtUp, { timeout: 10_000 }).toBe(true);
  return one;
}

const shows = async (one: LocalReading, lines: readonly string[]): Promise<void> => {
  await expect.poll(() => one.lines, { timeout: 10_000 }).toEqual(lines);
};

describe('the last lines', () => {
  const last = (lines: number, since?: number) =>
    new LocalReading([logFile('app', path)], {
      ...{ follow: false, lines },
      ...(since !== undefined && { since }),
    }).toEnd();

  it('are as many as were asked for, also without a last break', async () => {
    add(0, 30_000);
    expect(await last(2)).toEqual(['line 29998', 'line 29999']);
    appendFileSync(path, 'begun');
    expect(await last(2)).toEqual(['line 29999', 'begun']);
    expect(await last(20_000)).toEqual([...numbered(10_001, 30_000), 'begun']);
  });

  it('include those of the file that was rotated before, and of no older one', async () => {
    add(0, 5, `${path}.2`);
    add(5, 10, `${path}.1`);
    writeFileSync(`${path}.3.gz`, 'no text\n');
    add(10, 12);
    expect(await last(4)).toEqual(numbered(8, 12));
    expect(await last(100)).toEqual(numbered(5, 12));
  });

  it('of an empty file, and of none, are none', async () => {
    expect(await last(5)).toEqual([]);
    writeFileSync(path, '');
    expect(await last(5)).toEqual([]);
  });

  it('of a file that was not written since then are none', async () => {
    add(0, 3);
    expect(await last(5, Math.floor(Date.now() / 1000) - 3600)).toEqual(numbered(0, 3));
    expect(await last(5, Math.floor(Date.now() / 1000) + 3600)).toEqual([]);
  });

  it('of several files are those of the first; of a new one, what is added', async () => {
    const other = join(folder, 'other.log');
    add(0, 3);
    add(10, 13, other);
    reading = new LocalReading([logFiles('app', [newIn(other), tailOf(path)])]);
    reading.start();
    await shows(reading, numbered(0, 3));
    add(13, 14, other);
    await shows(reading, [...numbered(0, 3), 'line 13']);
  });
});

describe('what is added', () => {
  it('comes as whole lines', async () => {
    const one = await followed();
    appendFileSync(path, 'be');
    add(0, 1);
    await shows(one, ['beline 0']);
    appendFileSync(path, 'gun');
    appendFileSync(path, ' and done\n');
    await shows(one, ['beline 0', 'gun and done']);
  });

  it('comes also when there was no file at first', async () => {
    const one = await followed();
    add(0, 3);
    await shows(one, numbered(0, 3));
  });

  it('comes after a rotation by renaming, from both files', async () => {
    add(0, 3);
    const one = await followed();
    add(3, 5);
    renameSync(path, `${path}.1`);
    add(5, 8, `${path}.1`);
    await shows(one, numbered(0, 8));
    add(8, 12);
    await shows(one, numbered(0, 12));
  });

  it('comes after a rotation by copying and truncating, without what is in the copy twice', async () => {
    add(0, 300);
    const one = await followed(1000);
    await shows(one, numbered(0, 300));
    add(300, 305);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    add(305, 310);
    await shows(one, numbered(0, 310));
    copyFileSync(path, `${path}.2`);
    truncateSync(path);
    await shows(one, numbered(0, 310));
    add(310, 311);
    await shows(one, numbered(0, 311));
  });

  it('is told from a line that was begun in another file', async () => {
    add(0, 1);
    appendFileSync(path, 'half');
    const one = await followed();
    renameSync(path, `${path}.1`);
    add(1, 2);
    appendFileSync(`${path}.1`, ' done\n');
    await expect.poll(() => one.lines.length, { timeout: 10_000 }).toBe(3);
    expect([...one.lines].sort()).toEqual(['half done', 'line 0', 'line 1']);
  });

  it('of a line without end is not sent for ever', async () => {
    const one = await followed();
    for (let part = 0; part < 40; part += 1) appendFileSync(path, 'x'.repeat(1024 * 1024));
    appendFileSync(path, ' end\nnext\n');
    await expect.poll(() => one.lines.at(-1), { timeout: 20_000 }).toBe('next');
    expect(one.lines).toHaveLength(2);
    expect(one.lines[0]).toMatch(/^x+…$/);
    expect(one.bytes).toBeLessThan(2 * 1024 * 1024);
  });

  it('may hold any bytes', async () => {
    const one = await followed();
    appendFileSync(path, Buffer.from('a\0b\xff\r\n d 0 0 1:1 0 5\n', 'latin1'));
    await shows(one, ['a\0b\ufffd', ' d 0 0 1:1 0 5']);
  });
});

describe('after a lost connection', () => {
  it('what was added, and rotated several times, comes once', async () => {
    add(0, 100);
    const one = await followed(1000);
    await shows(one, numbered(0, 100));
    await one.cut();
    add(100, 200);
    renameSync(path, `${path}.2`);
    add(200, 300);
    renameSync(path, `${path}.1`);
    add(300, 400);
    const before = one.bytes;
    one.start();
    await shows(one, numbered(0, 400));
    expect(one.bytes - before).toBeLessThan(10_000);
    add(400, 401);
    await shows(one, numbered(0, 401));
    expect(one.failures).toEqual([]);
  });

  it('what was copied and truncated comes once', async () => {
    add(0, 100);
    const one = await followed(1000);
    await shows(one, numbered(0, 100));
    await one.cut();
    add(100, 200);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    // More than before: the size alone does not tell.
    add(200, 600);
    one.start();
    await shows(one, numbered(0, 600));
    await one.cut();
    one.start();
    add(600, 601);
    await shows(one, numbered(0, 601));
  });

  it('a line that was begun is completed', async () => {
    const one = await followed();
    appendFileSync(path, 'be');
    const begun = one.bytes;
    await expect.poll(() => one.bytes, { timeout: 10_000 }).toBeGreaterThan(begun);
    await one.cut();
    appendFileSync(path, 'gun\n');
    one.start();
    await shows(one, ['begun']);
  });

  it('a file with the inode of the last one is not taken for it', async () => {
    add(0, 10);
    const one = await followed();
    await shows(one, numbered(0, 10));
    await one.cut();
    // As a file system may give the inode to the next file.
    writeFileSync(path, '');
    add(10, 60);
    one.start();
    await shows(one, numbered(0, 60));
  });

  it('it is said when the file is gone', async () => {
    add(0, 10);
    const one = await followed();
    await shows(one, numbered(0, 10));
    await one.cut();
    renameSync(path, join(folder, 'elsewhere'));
    add(10, 20);
    one.start();
    await shows(one, numbered(0, 20));
    expect(one.failures).toEqual([
      'the file that was read last is gone: lines may be missing here',
    ]);
  });

  it('an old file that was rotated before is not read', async () => {
    add(0, 5, `${path}.1`);
    add(5, 10);
    const one = await followed(3);
    await shows(one, numbered(7, 10));
    await one.cut();
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    add(10, 12);
    one.start();
    await shows(one, numbered(7, 12));
  });
});

describe('what is no log', () => {
  it.each([
    ['a folder', 'mkdir'],
    ['a pipe', 'mkfifo'],
  ])('is refused, and the others are read: %s', async (_, program) => {
    const bad = join(folder, 'bad.log');
    spawnSync(program, [bad]);
    add(0, 2);
    reading = new LocalReading([logFile('bad', bad), logFile('app', path)], { follow: false });
    expect(await reading.toEnd()).toEqual(numbered(0, 2));
    expect(reading.failures).toEqual(['it is not a regular file']);
  });

  it('is a device behind a link, and a link to itself', async () => {
    symlinkSync('/dev/zero', path);
    const loop = join(folder, 'loop.log');
    symlinkSync('loop.log', loop);
    reading = new LocalReading([logFile('app', path), logFile('loop', loop)], { follow: false });
    await reading.toEnd();
    expect([...reading.failures].sort()).toEqual([
      'it is not a regular file',
      'there are too many links',
    ]);
  });

  it('is what a failing script names', async () => {
    add(0, 2);
    const failing = { name: 'bad', files: sh`exit 3` };
    reading = new LocalReading([failing, logFile('app', path)], { follow: false });
    expect(await reading.toEnd()).toEqual(numbered(0, 2));
    expect(reading.failures).toEqual(["its place can't be found"]);
  });
});

it('a burst in one log does not starve another', async () => {
  const other = join(folder, 'other.log');
  writeFileSync(path, '');
  writeFileSync(other, '');
  reading = new LocalReading([logFile('app', path), logFile('other', other)]);
  reading.start();
  const one = reading;
  await expect.poll(() => one.isCaughtUp, { timeout: 10_000 }).toBe(true);
  add(0, 400_000);
  appendFileSync(other, 'hello\n');
  await expect.poll(() => one.lines.length, { timeout: 20_000 }).toBe(400_001);
  expect(one.lines.indexOf('hello')).toBeLessThan(300_000);
});

it('the program ends when nobody reads any more', async () => {
  const one = await followed();
  // It waits for the program's end.
  await one.cut();
  expect(one.lines).toEqual([]);
});
