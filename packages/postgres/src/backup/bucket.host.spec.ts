import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginContext } from '@fairness-deploy/core';
import { applyResources, runChecks } from '@fairness-deploy/core/testing';
import { addressOfGateway, startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startBucketServer, type BucketServer } from '../testing/bucket-server.js';
import {
  databaseContext,
  prepareDatabaseHost,
  type DatabaseHost,
} from '../testing/database-host.js';
import type { Section } from '../section/section.js';
import { backupChecks } from './backup-check.js';
import { backupResources } from './backup-resources.js';
import { lendBackup } from './lend-backup.js';
import { listBackups, parseBackups, placeProblem, type StoredBackup } from './list-backups.js';
import { backupNow } from './make-backup.js';
import { backupFolder } from './paths.js';
import { pipeDump } from './pipe-dump.js';

let test: TestHost;
let host: DatabaseHost;
let connection: Connection;
let bucket: BucketServer;
let keys: string;

const FOLDER = backupFolder('shop');
const SECRET = 'not-the-key-of-the-bucket';

beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), 'backup-keys-'));
  for (const name of ['ana', 'other']) {
    execFileSync('age-keygen', ['-o', join(keys, name)], { stdio: 'ignore' });
  }
  test = await startTestHost('postgres-bucket');
  connection = await test.connect();
  host = await prepareDatabaseHost(connection);
  await host.sql(
    `set role shop; create table shops as select n, md5(n::text) from generate_series(1, 700000) n`,
  );
  bucket = await startBucketServer(addressOfGateway() ?? '');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await test.stop();
  await bucket.stop();
  rmSync(keys, { recursive: true });
});

const recipient = () =>
  execFileSync('age-keygen', ['-y', join(keys, 'ana')])
    .toString()
    .trim();
const section = (more: object = {}, ofBucket: object = {}): PluginContext<Section> =>
  databaseContext({
    backups: {
      ...{ encrypt: true, recipients: [recipient()], schedule: '*-*-* 03:00', ...more },
      bucket: {
        ...{ endpoint: bucket.endpoint, bucket: 'backups' },
        ...{ accessKey: bucket.accessKey, secretKey: bucket.secretKey, ...ofBucket },
      },
    },
  });
const apply = async (context: PluginContext<Section>): Promise<void> => {
  const ends = await applyResources(connection, backupResources(context));
  expect(Object.entries(ends).filter(([, end]) => end !== 'done')).toEqual([]);
};
const list = async (context: PluginContext<Section>) =>
  parseBackups(await host.run(listBackups(context)));
const at = async (context: PluginContext<Section>, place: string): Promise<StoredBackup> => {
  const found = (await list(context)).find((one) => one.place === place);
  if (!found) throw new Error(`there is no backup in ${place}`);
  return found;
};
const objects = (): readonly string[] =>
  readdirSync(join(bucket.folder, 'shop/test')).map((name) => name.replace(/\._S3rver_\w+$/, ''));

describe('backups in a bucket', () => {
  it('are provisioned, and a second time nothing changes', async () => {
    await apply(section());
    expect(await applyResources(connection, backupResources(section()))).toEqual({});
    const modes = await host.run(sh`
      stat -c '%a %U' ${FOLDER} /var/lib/fairness-deploy/postgres/shop/bucket /var/lib/fairness-deploy/postgres/shop/recipients
      systemctl is-active shop-postgres-backup.timer`);
    expect(modes).toBe('700 root\n600 root\n600 root\nactive\n');
    expect(await runChecks(connection, backupChecks(section()))).toEqual([
      'warn backup: there is no backup → npx nx run test:db-backup',
    ]);
  });

  it('come by the timer’s service, in parts, encrypted, without a secret in sight', async () => {
    // So that this backup has several parts: the default is for 200 MiB and more.
    await host.run(sh`
      printf 'export RCLONE_S3_UPLOAD_CUTOFF=5M RCLONE_S3_CHUNK_SIZE=5M\n' >>/var/lib/fairness-deploy/postgres/shop/bucket
      ( while [ ! -e /tmp/seen ]; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' '; done >/tmp/all ) &
      watcher=$!
      systemctl start shop-postgres-backup.service
      touch /tmp/seen
      wait "$watcher" || :
      rm /tmp/seen`);
    const context = section();
    const [here, there] = [await at(context, 'host'), await at(context, 'bucket')];
    expect(there).toEqual({ ...here, place: 'bucket' });
    expect([there.encryption, there.reason, there.bytes > 6_000_000]).toEqual([
      'age',
      'schedule',
      true,
    ]);
    expect(there.storedBytes).toBe(there.bytes);
    const seen = await host.run(sh`
      grep -c -e 'rclone --quiet' /tmp/all
      grep -c -F -e ${bucket.secretKey} -e 'pass '"'"'word' /tmp/all || :
      grep -c SECRET_ACCESS /tmp/all || :
      journalctl --no-pager -u shop-postgres-backup | grep -c 'backup .* of shop'
      rm /tmp/all`);
    expect(seen).toMatch(/^[1-9]\d*\n0\n0\n1\n$/);
    expect(await runChecks(connection, backupChecks(context))).toEqual([
      expect.stringMatching(/^ok backup: the newest backup is \d+ \w+ old$/),
    ]);
  });

  it('are opened on the host by a key for this one backup, from both places', async () => {
    const context = section();
    vi.stubEnv('HOME', keys);
    vi.stubEnv('FAIRNESS_AGE_IDENTITY_FILE', join(keys, 'ana'));
    const lending = { connection, say: () => undefined };
    for (const place of ['host', 'bucket']) {
      const lent = await lendBackup(context, await at(context, place), lending);
      const text = await host.run(
        pipeDump(context, lent, sh`pg_restore -l | grep -c 'TABLE DATA public shops'`),
      );
      expect(text).toBe('1\n');
      expect(lent.lent?.identity.reveal()).not.toBe(
        readFileSync(join(keys, 'ana'), 'utf8').split('\n')[2],
      );
    }
    // The real age opens the file in the bucket, with the recipient's own key.
    const there = await at(context, 'bucket');
    const name = readdirSync(join(bucket.folder, 'shop/test')).find((one) =>
      one.startsWith(`${there.id}.dump.age._S3rver_object`),
    );
    const plain = execFileSync(
      'age',
      ['-d', '-i', join(keys, 'ana'), join(bucket.folder, 'shop/test', name ?? '')],
      { maxBuffer: 1e9 },
    );
    expect(plain.subarray(0, 5).toString()).toBe('PGDMP');

    vi.stubEnv('FAIRNESS_AGE_IDENTITY_FILE', join(keys, 'other'));
    await expect(lendBackup(context, there, lending)).rejects.toThrow(
      /^Cannot open the backup \S+: it is encrypted for other keys, and none of them is yours \(yours are from .*other\)/,
    );
    vi.stubEnv('FAIRNESS_AGE_IDENTITY_FILE', join(keys, 'ana'));
    // Damage behind the header.
    const path = `${FOLDER}/${there.id}.dump.age`;
    await host.run(sh`
      cp ${path} /root/whole
      printf '\377\377' | dd of=${path} bs=1 seek=5000000 conv=notrunc status=none`);
    const lent = await lendBackup(context, await at(context, 'host'), lending);
    const damaged = await host.attempt(pipeDump(context, lent, sh`cat >/dev/null`));
    await host.run(sh`mv /root/whole ${path}`);
    expect(damaged.stderr).toContain(
      'its file is damaged: the SHA-256 is not the one of the manifest',
    );
  });

  it('survive connections that are lost in the middle', async () => {
    bucket.cut(2, 3_000_000);
    const text = await host.run(backupNow(section(), 'cut'));
    expect([bucket.cuts(), text]).toEqual([2, expect.stringMatching(/^backup /)]);
    expect((await at(section(), 'bucket')).reason).toBe('cut');
  });

  it('are on the host when the bucket fails, and the next one sends them', async () => {
    // Listing works, sending does not: rclone tries for two minutes.
    bucket.cut(1000, 1_000_000);
    const failed = await host.attempt(backupNow(section(), 'lost'));
    bucket.cut(0, 0);
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Cannot back up the database of shop: the backup \S+ is on this host, but not in backups\/shop\/test of the bucket: \S/,
      ),
    ]);
    expect([(await at(section(), 'host')).reason, (await at(section(), 'bucket')).reason]).toEqual([
      'lost',
      'cut',
    ]);
    await host.run(backupNow(section(), 'after'));
    const reasons = (await list(section()))
      .filter(({ place }) => place === 'bucket')
      .map(({ reason }) => reason);
    expect(reasons).toEqual(['after', 'lost', 'cut', 'schedule']);
  });

  it('say what is wrong with the credentials, without them', async () => {
    const wrong = section({}, { secretKey: SECRET });
    await apply(wrong);
    const output = await host.run(listBackups(wrong));
    expect(placeProblem(output)).toMatch(/Signature|403|Forbidden/);
    const failed = await host.attempt(backupNow(wrong, 'wrong key'));
    expect([failed.status, failed.stderr]).toEqual([
      1,
      expect.stringMatching(/not in backups\/shop\/test of the bucket: .*(403|Signature)/),
    ]);
    expect(output + failed.stderr + failed.text).not.toContain(SECRET);
    await apply(section());
  });

  it('are removed by age and number there too; without the host’s copy with `only`', async () => {
    const context = section({ keep: { least: 1, most: 2 } }, { only: true });
    await host.run(backupNow(context, 'only'));
    expect((await list(context)).map(({ place, reason }) => [place, reason])).toEqual([
      ['bucket', 'only'],
      ['bucket', 'wrong key'],
    ]);
    expect(new Set(objects().map((name) => name.split('.')[0])).size).toBe(2);
    expect(await host.run(sh`ls ${FOLDER}`)).toBe('last\nlock\n');
    expect(await runChecks(connection, backupChecks(context))).toEqual([
      expect.stringMatching(/^ok backup: /),
    ]);
  });

  it('status says that the last scheduled one failed', async () => {
    // A scheduled backup does not wait for another one: it fails at once.
    await host.run(sh`! flock ${FOLDER}/lock systemctl start shop-postgres-backup.service`);
    expect(await runChecks(connection, backupChecks(section()))).toEqual([
      expect.stringMatching(
        /^fail backup: the last scheduled backup failed \(status 1\); the newest backup is .* old → see why: journalctl -u shop-postgres-backup$/,
      ),
    ]);
  });

  it('leave no timer when the schedule goes', async () => {
    const none = databaseContext({ backups: {} });
    await apply(none);
    expect(
      await host.run(sh`
        systemctl list-units --all --plain --no-legend 'shop-postgres*'
        ls /etc/systemd/system | grep shop-postgres || :
        ls -A /var/lib/fairness-deploy/postgres/shop`),
    ).toBe('connection\n');
  });
});
