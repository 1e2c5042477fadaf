import { describe, expect, it } from 'vitest';
import { parseBackups, placeProblem } from './list-backups.js';
import { parseManifest } from './manifest.js';

const SUM = 'a'.repeat(64);
const SAMPLE = 'b'.repeat(32);
const manifest = (id = '20261130T013000-6b1f0c', encryption = 'none'): string => `version 1
id ${id}
database my\\nshop
server 15.18
created 2026-11-30T01:30:00Z
bytes 1234
sha256 ${SUM}
encryption ${encryption}
reason version 1
table 2 ${SAMPLE} public."a\\\\b\\nc"
`;

describe('parseManifest()', () => {
  it('reads all of it', () => {
    expect(parseManifest(manifest())).toEqual({
      ...{ id: '20261130T013000-6b1f0c', database: 'my\nshop', server: '15.18', bytes: 1234 },
      ...{ created: new Date('2026-11-30T01:30:00Z'), sha256: SUM, encryption: 'none' },
      ...{ reason: 'version 1', tables: [{ name: 'public."a\\b\nc"', rows: 2, sample: SAMPLE }] },
    });
  });

  it.each([
    [/^version 1\n/, '', 'it has no "version"'],
    [/^id .*$/m, 'id ../../x', 'its "id" is "../../x"'],
    [/^sha256 .*\n/m, '', 'it has no "sha256"'],
    [/^bytes .*$/m, 'bytes many', 'its "bytes" is "many"'],
    [/^encryption .*$/m, 'encryption rot13', 'its "encryption" is "rot13"'],
  ])('refuses one that is not whole: %s', (part, instead, message) => {
    expect(() => parseManifest(manifest().replace(part, instead))).toThrow(message);
  });
});

describe('parseBackups()', () => {
  it('has each place, the newest first, with the size that is stored, without broken manifests', () => {
    const [old, young] = ['20261130T013000-6b1f0c', '20261201T013000-6b1f0c'];
    const output = `place host
size ${old}.dump 1234
${manifest(old)}version 1
id broken
place bucket
size ${young}.dump.age 1000
${manifest(young, 'age')}${manifest(old)}`;
    expect(
      parseBackups(output).map(({ id, place, storedBytes }) => [id, place, storedBytes]),
    ).toEqual([
      [young, 'bucket', 1000],
      [old, 'host', 1234],
      [old, 'bucket', undefined],
    ]);
    expect(placeProblem(output)).toBeUndefined();
    expect(placeProblem('place bucket\nproblem 2026/11/30 01:00:00 Failed: 403\n')).toBe(
      'Failed: 403',
    );
    expect(parseBackups('')).toEqual([]);
  });
});
