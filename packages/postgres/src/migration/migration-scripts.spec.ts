import { lines, sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { exampleRelease } from '@fairness-deploy/release/testing';
import { exampleApplication } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { databaseContext, DATABASE_PASSWORD } from '../testing/database-host.js';
import { APPLIED_SQL } from './applied-names.js';
import { migrationPart } from './migration-part.js';

const release = exampleRelease(exampleApplication({ processes: [] }));

describe('migrationPart()', () => {
  it('has scripts without fault, and without the password', async () => {
    const { before, attempts, applied } = migrationPart(databaseContext(), release);
    const run = attempts?.(sh`true`);
    if (!before || !run || !applied) throw new Error('a script is missing');
    await checkShell(lines(sh`FD_JOB=/tmp/job`, before, sh`(`, run, sh`)`, applied));
    for (const script of [before, run, applied]) {
      expect(script.reveal()).not.toContain(DATABASE_PASSWORD);
    }
  });

  it('makes a backup under the lock, where the section says so', () => {
    const plain = String(migrationPart(databaseContext(), release).before);
    expect(plain).not.toContain('pg_dump');
    const section = { migrations: { backup: true }, backups: {} };
    const { before } = migrationPart(databaseContext(section), release);
    const text = String(before);
    expect(text).toContain(`before migrating release ${release.id}`);
    expect(text.indexOf('pg_advisory_lock')).toBeLessThan(text.indexOf('pg_dump'));
  });

  it('refuses to migrate without the backup on a host that makes none', () => {
    const context = databaseContext({ migrations: { backup: true }, backups: { runsOn: 'db' } });
    expect(String(migrationPart(context, release).before)).toContain(
      'Cannot back up the database before the migration: this host does not make the backups, db does',
    );
  });
});

it('the SQL for applied migrations asks for columns that the table is known by', () => {
  const rows = APPLIED_SQL.split('\n').filter((line) => line.startsWith("  ('"));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row).toMatch(/^ {2}\('[^']+', array\['[^)]+'\], 'select left\(/);
});
