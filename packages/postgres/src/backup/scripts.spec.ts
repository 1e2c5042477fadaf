import { checkShell } from '@fairness-deploy/shell/testing';
import { Secret } from '@fairness-deploy/shell/secret';
import { sh, type Script } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import { databaseContext } from '../testing/database-host.js';
import { backupChecks } from './backup-check.js';
import { dumpToClient, takeManifest } from './dump-to-client.js';
import { listBackups } from './list-backups.js';
import { backupNow } from './make-backup.js';
import { pipeDump, printHeader, type ReadableBackup } from './pipe-dump.js';

const plain = databaseContext({ backups: {} });
const full = databaseContext({
  backups: {
    ...{ encrypt: true, recipients: ['age1abc'], schedule: 'daily' },
    bucket: {
      ...{ endpoint: 'https://s3.example', bucket: 'backups', only: true },
      ...{ accessKey: 'key', secretKey: 'of the bucket' },
    },
  },
});
const backup: ReadableBackup = {
  ...{ id: '20261130T013000-6b1f0c', bytes: 5, sha256: '0'.repeat(64) },
  ...{ encryption: 'none', place: 'host' },
};
const encrypted: ReadableBackup = {
  ...{ ...backup, encryption: 'age', place: 'bucket' },
  lent: { header: 'header\n', headerLength: 7, identity: new Secret('lent', 'KEY-OF-ONE') },
};

describe('the scripts about backups', () => {
  it.each<readonly [string, Script]>([
    ['a backup', backupNow(plain, 'test')],
    ['a backup to a bucket', backupNow(full, 'before migrating 1')],
    ['one to the client', dumpToClient(full, { nonce: 'abc', reason: 'test' })],
    ['its manifest', takeManifest(full, { nonce: 'abc' })],
    ['the list', listBackups(full)],
    ['a consumer', pipeDump(plain, backup, sh`cat >/dev/null`)],
    ['a consumer of an encrypted one', pipeDump(full, encrypted, sh`cat >/dev/null`)],
    ['the header', printHeader(full, encrypted)],
    ...backupChecks(full).map(({ read }) => ['the check', read] as const),
  ])('have nothing that shellcheck has something to say of: %s', async (_, script) => {
    await checkShell(script);
    expect(String(script)).not.toMatch(/of the bucket'|KEY-OF-ONE/);
  });

  it('take a reason of one line, and ids that are safe as names of files', () => {
    expect(() => backupNow(plain, 'two\nlines')).toThrow(RangeError);
    expect(() => pipeDump(plain, { ...backup, id: '../../etc/x' }, sh`:`)).toThrow(RangeError);
    expect(() => pipeDump(full, { ...encrypted, lent: undefined as never }, sh`:`)).toThrow(
      'it is encrypted',
    );
  });
});
