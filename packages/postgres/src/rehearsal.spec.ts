import type { Environment } from '@fairness-deploy/core';
import { exampleApplication, exampleEnvironment } from '@fairness-deploy/core/testing';
import { checkShell } from '@fairness-deploy/shell/testing';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { databaseOf } from './connection/database.js';
import { rehearsal } from './rehearsal.js';
import { loadForRehearsal } from './restore/load-for-rehearsal.js';
import { sectionSchema } from './section/section.js';
import { validateServer } from './server/validate-server.js';

const application = exampleApplication({ processes: [] });
const host = { sudo: true, address: '203.0.113.1' };
const environmentOf = (...names: readonly string[]): Environment =>
  exampleEnvironment({ application, hosts: names.map((name) => ({ ...host, name })) });
const authority = { directory: '', rootFile: '', authHook: '', cleanupHook: '', hookVariables: {} };

function rehearsed(written: object, environment = environmentOf('web')) {
  const section = sectionSchema.parse(written);
  const stage = {
    authority,
    certificate: { certificateFile: '/stage.pem', keyFile: '/stage.key' },
    hosts: environment.hosts.map(({ name }, at) => ({
      ...{ name, user: 'root', publicKey: '', address: `10.1.0.${String(at + 2)}` },
    })),
  };
  const context = { section, environment, stage };
  return {
    section: rehearsal.section?.(context) ?? section,
    secrets: rehearsal.secrets?.(context) ?? {},
    leftOut: rehearsal.leavesOut?.(section) ?? [],
    replaced: rehearsal.replaces?.({ section, environment }) ?? [],
  };
}

describe('a managed database', () => {
  it('becomes a local one, to which its secrets lead', () => {
    const { section, secrets } = rehearsed({ mode: 'managed', tls: 'require' });
    expect(secrets).toEqual({
      ...{ db_host: '127.0.0.1', db_port: '5432', db_username: 'shop', db_name: 'shop' },
    });
    const secret = (name: string) => new Secret(name, 'generated');
    const { host, port, user, name, password, tls } = databaseOf({
      ...{ section, secret, application: 'shop' },
    });
    expect([host, port, user, name, password].map((text) => text.reveal())).toEqual([
      ...['127.0.0.1', '5432', 'shop', 'shop', 'generated'],
    ]);
    expect([section.mode, tls]).toEqual(['local', 'require']);
    expect([section.server?.certificate, section.server?.key].map(String)).toEqual([
      ...['/stage.pem', '/stage.key'],
    ]);
  });

  it('is on the first host of several, which the others reach', () => {
    const { section, secrets } = rehearsed({ mode: 'managed' }, environmentOf('one', 'two'));
    expect(section.server).toMatchObject({
      ...{ runsOn: 'one', listen: ['127.0.0.1', '10.1.0.2'], clients: ['10.1.0.3'] },
    });
    expect(secrets).toMatchObject({ db_host: '10.1.0.2' });
  });

  it('has the secrets that the section names, unless they are parts of a text', () => {
    const { section, secrets } = rehearsed({
      mode: 'managed',
      host: Text.of(new Secret('pg_host', '')),
      user: Text.of('app_', new Secret('pg_user', '')),
      direct: { host: 'db.example.org' },
    });
    expect(secrets).toEqual({
      ...{ pg_host: '127.0.0.1', db_port: '5432', db_name: 'shop' },
    });
    expect(section).not.toHaveProperty('direct');
  });

  it('is checked as the real one would be, by the CA of the stage', () => {
    expect(rehearsed({ mode: 'managed' }).section).toMatchObject({ tls: 'verify-full' });
    const { section } = rehearsed({ mode: 'managed', ca: 'database-ca.pem', tls: 'verify-ca' });
    expect([section.tls, section.ca]).toEqual(['verify-ca', '/stage.pem']);
  });

  it('has the names and addresses that the section says in plain text', () => {
    const { section, replaced } = rehearsed({
      ...{ mode: 'managed', host: 'db.example.org', direct: { host: '10.2.0.9' } },
    });
    expect(replaced).toEqual([
      { real: 'db.example.org', host: 'web' },
      { real: '10.2.0.9', host: 'web' },
    ]);
    expect(section.server?.listen).toEqual(['127.0.0.1', '10.1.0.2', '10.2.0.9']);
    const open = rehearsed({ mode: 'managed', host: '203.0.113.7' }).section;
    expect(open.server?.listen).toContain('203.0.113.7');
    // The files of the certificate are not there.
    const said = validateServer(open, environmentOf('web')).map(({ message }) => message);
    expect(said.filter((message) => message.includes('Internet'))).toEqual([]);
    expect(
      rehearsed({ mode: 'managed', host: '203.0.113.7', tls: 'disable' }).section.server?.listen,
    ).toEqual(['127.0.0.1', '10.1.0.2']);
    expect(rehearsed({ mode: 'managed', host: Text.of(new Secret('pg', '')) }).replaced).toEqual(
      [],
    );
  });
});

it('rehearsal of a local database changes addresses and certificate alone', () => {
  const written = {
    ...{ mode: 'local', host: '192.168.1.5' },
    server: {
      ...{ runsOn: 'one', listen: ['192.168.1.5'], clients: ['192.168.1.6'] },
      ...{ certificate: 'db.pem', key: 'db.key', extensions: ['pg_trgm'] },
    },
  };
  const { section, secrets, leftOut, replaced } = rehearsed(written, environmentOf('one', 'two'));
  expect(replaced).toEqual([{ real: '192.168.1.5', host: 'one' }, { real: '192.168.1.6' }]);
  expect([section.host?.reveal(), secrets, leftOut]).toEqual(['10.1.0.2', {}, []]);
  expect(section.server).toMatchObject({
    ...{ listen: ['127.0.0.1', '10.1.0.2'], clients: ['10.1.0.3'], extensions: ['pg_trgm'] },
  });
  expect(section.server?.key?.reveal()).toBe('/stage.key');
});

it('rehearsal of a local database never leads to the real address, also with one host', () => {
  const { section } = rehearsed({
    ...{ mode: 'local', host: '192.168.1.5', server: { listen: ['192.168.1.5'] } },
  });
  expect(section.host?.reveal()).toBe('10.1.0.2');
  expect(section.server?.listen).toEqual(['127.0.0.1', '10.1.0.2']);
  expect(rehearsed({ mode: 'local', host: 'db.internal' }).section.host?.reveal()).toBe('10.1.0.2');
});

it.each(['127.0.0.1', 'localhost', '/run/postgresql'])(
  'rehearsal of a local database leaves the host %s as it is, as prod would fail with it as well',
  (host) => {
    const { section } = rehearsed({ mode: 'local', host }, environmentOf('one', 'two'));
    expect(section.host?.reveal()).toBe(host);
  },
);

it('rehearsal puts nothing into a bucket', () => {
  const keys = { accessKey: 'a', secretKey: 'b' };
  const bucket = { endpoint: 'https://s3.example.org', bucket: 'backups', ...keys };
  const { section, leftOut } = rehearsed({
    ...{ mode: 'local', backups: { schedule: '03:00', bucket } },
  });
  expect(section.backups).toMatchObject({ schedule: '03:00' });
  expect(section.backups).not.toHaveProperty('bucket');
  expect(leftOut).toEqual(['the bucket backups: backups stay on the host']);
});

it('loadForRehearsal() is a script without fault', async () => {
  const { section } = rehearsed({ mode: 'local' });
  const environment = environmentOf('web');
  const context = {
    ...{ environment, section, host: { ...host, name: 'web' }, plugins: [] },
    secret: (name: string) => new Secret(name, 'x'),
  };
  await checkShell(loadForRehearsal(context, 10));
});
