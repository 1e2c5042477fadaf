import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runScript } from '@fairness-deploy/core/testing';
import { GATEWAY_DIRECTORY, startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { makeDirectoryRoot, startLocalAuthority } from './local-authority.mjs';

const folder = mkdtempSync(join(tmpdir(), 'local-authority-'));
let host: TestHost;
let connection: Connection;

beforeAll(async () => {
  host = await startTestHost('local-authority');
  connection = await host.connect();
});
afterAll(async () => {
  process.kill(Number(readFileSync(join(folder, 'process.pid'), 'utf8')));
  await host.stop();
  rmSync(folder, { recursive: true });
});

it('the authority of the demo issues certificates for its name, and is started once', async () => {
  await makeDirectoryRoot(folder);
  const first = readFileSync(join(folder, 'root.pem'), 'utf8');
  const { rootFile, directoryRootFile } = await startLocalAuthority(
    folder,
    'permacoop.test',
    host.host,
  );
  const root = readFileSync(rootFile, 'utf8');
  const { status, text, stderr } = await runScript(
    connection,
    sh`
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq
      apt-get install -y -qq --no-install-recommends certbot >/dev/null
      printf %s ${readFileSync(directoryRootFile, 'utf8')} >/root/directory.pem
      printf %s ${root} >/root/root.pem
      export REQUESTS_CA_BUNDLE=/root/directory.pem
      certbot certonly --non-interactive --agree-tos --register-unsafely-without-email \
        --standalone --server ${GATEWAY_DIRECTORY} -d permacoop.test --cert-name demo >&2
      cd /etc/letsencrypt/live/demo
      openssl verify -CAfile /root/root.pem -untrusted chain.pem cert.pem`,
  );
  expect([status, text]).toEqual([0, 'cert.pem: OK\n']);
  expect(stderr).toContain('Successfully received');
  await startLocalAuthority(folder, 'permacoop.test', host.host);
  expect(readFileSync(rootFile, 'utf8')).toBe(root);
  expect(readFileSync(directoryRootFile, 'utf8')).toBe(first);
});

it('another clone’s authority is told', async () => {
  const other = mkdtempSync(join(tmpdir(), 'local-authority-'));
  await makeDirectoryRoot(other);
  await expect(startLocalAuthority(other, 'permacoop.test', host.host)).rejects.toThrow(
    'Cannot start an authority for the demo: another one runs on this machine',
  );
  rmSync(other, { recursive: true });
});
