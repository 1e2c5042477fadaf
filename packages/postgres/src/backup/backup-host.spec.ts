import { exampleHost } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { databaseContext } from '../testing/database-host.js';
import { backupHost, isBackupHost } from './backup-host.js';
import { checkBackups } from './check-backups.js';
import { ownedBackups } from './owned-backups.js';

const on = (backups: object) => {
  const context = databaseContext({ backups });
  const hosts = ['web', 'db', 'copy'].map((name) => ({
    ...{ ...exampleHost, name },
    roles: [name === 'web' ? 'web' : 'db'],
  }));
  return { ...context, environment: { ...context.environment, hosts, on: { postgres: ['db'] } } };
};

describe('isBackupHost()', () => {
  it('is true for one host: the first one of the section, or the one that is named', () => {
    expect(backupHost(on({}))).toBe('db');
    const named = on({ runsOn: 'copy' });
    expect(named.environment.hosts.map((host) => isBackupHost({ ...named, host }))).toEqual([
      ...[false, false, true],
    ]);
  });
});

it('checkBackups() refuses a host that is none, and encryption for nobody', () => {
  expect(checkBackups(on({ runsOn: 'web', encrypt: true }))).toEqual([
    { path: ['backups', 'runsOn'], message: 'expected a host that the section is for: db, copy' },
    expect.objectContaining({ path: ['backups', 'encrypt'] }),
  ]);
  expect(checkBackups(on({ encrypt: true, recipients: ['age1abc'] }))).toEqual([]);
});

it('ownedBackups() are data', () => {
  expect(ownedBackups('shop')).toEqual([
    { kind: 'path', name: '/var/backups/fairness-deploy/shop', data: 'data' },
  ]);
});
