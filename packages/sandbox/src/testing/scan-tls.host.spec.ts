import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runScript } from '@fairness-deploy/core/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { startTestHost, type TestHost } from './test-host.js';
import { makeOwnAuthority } from './openssl-authority.js';
import { findingsWorseThan, scanTls } from './scan-tls.js';

const folder = mkdtempSync(join(tmpdir(), 'scan-tls-'));
let host: TestHost;
let connection: Connection;
let root: string;

/** A server of twenty years ago; good ones are those of the package nginx. */
const SERVER = `
  ssl_certificate /root/shop.pem;
  ssl_certificate_key /root/shop.key;
  server {
    listen 8443 ssl;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
    ssl_ciphers ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0;
  }`;

beforeAll(async () => {
  const authority = await makeOwnAuthority(folder, 'Authority of the scan');
  const { keyFile, certificateFile } = await authority.issue('shop', ['shop.test']);
  root = readFileSync(authority.certificateFile, 'utf8');
  // testssl.sh computes a grade since Debian 13.
  host = await startTestHost('scan-tls', { release: 'trixie' });
  connection = await host.connect();
  const { status, stderr } = await runScript(
    connection,
    sh`
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq
      apt-get install -y -qq --no-install-recommends nginx-light testssl.sh
      printf %s ${readFileSync(keyFile, 'utf8')} >/root/shop.key
      printf %s ${readFileSync(certificateFile, 'utf8')} >/root/shop.pem
      printf %s ${SERVER} >/etc/nginx/conf.d/shop.conf
      nginx -t
      systemctl restart nginx`,
  );
  if (status !== 0) throw new Error(stderr);
});
afterAll(async () => {
  await host.stop();
  rmSync(folder, { recursive: true });
});

it('scanTls() finds the weaknesses of a server, and its grade', async () => {
  const server = { name: 'shop.test', address: '127.0.0.1', root };
  const report = await scanTls(connection, { ...server, port: 8443 });
  expect(findingsWorseThan('LOW', report).join('\n')).toMatch(/MEDIUM BEAST_CBC_TLS1: /);
  expect(report.grade).toBe('B');
});

it('scanTls() says what it could not scan', async () => {
  const nowhere = { name: 'shop.test', address: '127.0.0.1', port: 9 };
  await expect(scanTls(connection, nowhere)).rejects.toThrow(
    /^Cannot scan shop.test on 127.0.0.1: [^]*9/,
  );
});
