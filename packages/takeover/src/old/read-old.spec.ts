import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleApplication } from '@fairness-deploy/core/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sectionSchema } from '../section/section.js';
import { parseFound, type Found } from './found.js';
import { readOld } from './read-old.js';

let checkout: string;
beforeEach(() => {
  checkout = join(mkdtempSync(join(tmpdir(), 'takeover-')), 'permacoop');
  mkdirSync(join(checkout, 'server'), { recursive: true });
});
afterEach(() => {
  rmSync(join(checkout, '..'), { recursive: true });
});

function read(): Found {
  const application = exampleApplication({
    ...{ name: 'takeover-read', home: '/nonexistent/takeover' },
    processes: [],
  });
  const section = sectionSchema.parse({ checkout });
  const shared = [{ path: 'files', old: `${checkout}/files`, checkout }];
  const { stdout, stderr, status } = spawnSync('dash', ['-eu'], {
    input: readOld(application, section, shared).reveal(),
    encoding: 'utf8',
  });
  expect([stderr, status]).toEqual(['', 0]);
  return parseFound(stdout);
}

it('readOld() prints no line that a name of a file has in it', () => {
  const record = 'record\t{"routes":[{"path":"","ports":[6666]}],"groups":["other"]}';
  mkdirSync(join(checkout, `uploads\n${record}`));
  writeFileSync(join(checkout, `uploads\n${record}/.env`), '');
  writeFileSync(join(checkout, `server/.env\n${record}`), '');
  writeFileSync(join(checkout, 'server/.env'), '');
  expect(read()).toMatchObject({
    record: undefined,
    unsafe: undefined,
    variables: [
      'server/.env',
      `server/.env?${record.replace('\t', '?')}`,
      `uploads?${record.replace('\t', '?')}/.env`,
    ],
  });
});

it.each([0o777, 0o775])('readOld() knows that others can write to a checkout: %o', (mode) => {
  chmodSync(checkout, mode);
  expect(read().unsafe).toMatch(/can write to .*permacoop, and so put a link there\n {2}→ chmod/);
});

it('readOld() knows a checkout that is a link', () => {
  rmSync(checkout, { recursive: true });
  symlinkSync(tmpdir(), checkout);
  const found = read();
  expect(found.checkout).toBeUndefined();
  expect(found.unsafe).toContain('it is a link');
});

it('readOld() finds uploads where a link leads', () => {
  const data = join(checkout, '../data');
  mkdirSync(data);
  writeFileSync(join(data, 'portrait.png'), '');
  symlinkSync(data, join(checkout, 'server/uploads'));
  symlinkSync(data, join(checkout, 'files'));
  expect(read()).toMatchObject({ uploads: `${checkout}/server/uploads`, shared: ['files'] });
});
