import { byteSize } from '@fairness-deploy/shell/text';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { StoredBackup } from '../backup/list-backups.js';
import { backupFile } from './backup-file.js';
import { describeBackups } from './db-backups.js';

it('describeBackups() has a line for each backup, with all its places and what is wrong there', () => {
  const one: StoredBackup = {
    ...{ id: '20261130T013000-6b1f0c', database: 'shop', server: '15.18', bytes: 1_234_567 },
    ...{ created: new Date('2026-11-30T01:30:00Z'), sha256: '', encryption: 'age' },
    ...{ reason: 'schedule', tables: [], place: 'bucket' },
  };
  const here: StoredBackup = { ...one, place: 'host', storedBytes: 1_234_567 };
  const old = { ...here, id: '20261129T013000-6b1f0c', created: new Date('2026-11-29T01:30:00Z') };
  const lines = describeBackups(
    [here, one, { ...old, storedBytes: 5, encryption: 'none' }],
    new Date('2026-11-30T03:00:00Z'),
  ).split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['backup', 'age', 'size', 'place', 'reason'],
    [one.id, '1 hour', '1.2 MB', 'encrypted', 'host, bucket (its file is missing)', 'schedule'],
    [old.id, '1 day', '1.2 MB', 'plain', 'host (damaged)', 'schedule'],
  ]);
});

it('backupFile() makes a folder that git ignores, unless a file is asked for', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'backup-file-'));
  onTestFinished(() => {
    rmSync(workspace, { recursive: true });
  });
  const environment = { workspace, name: 'prod' };
  expect(backupFile(environment, 'x.dump', 'mine/x')).toBe(join(workspace, 'mine/x'));
  expect(existsSync(join(workspace, 'backups'))).toBe(false);
  expect(backupFile(environment, 'x.dump')).toBe(join(workspace, 'backups/prod/x.dump'));
  expect(readFileSync(join(workspace, 'backups/.gitignore'), 'utf8')).toMatch(/^\*$/m);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_500_000_000, '1.5 GB'],
])('byteSize() of %i', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});
