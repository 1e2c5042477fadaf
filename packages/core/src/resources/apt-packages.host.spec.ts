import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, notice, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { aptPackages } from './apt-packages.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('apt');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

describe('aptPackages() on a host', () => {
  it('lives as a resource does', async () => {
    const names = ['tree', 'bc'];
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: aptPackages({ names }),
      drift: sh`apt-get remove -qq -y tree >/dev/null 2>&1`,
      absent: aptPackages({ names }, { ensure: 'absent' }),
    });
  });

  it('says what it waits for, and goes on when apt is free', async () => {
    // Any program may hold apt's lock; perl is there on every Debian.
    const hold = `open(F, ">>", "/var/lib/dpkg/lock-frontend"); $l = pack("s s x4 q q i x4", 1, 0, 0, 0, 0); fcntl(F, 6, $l) or die; sleep 4`;
    const resource = aptPackages({ names: ['tree'] });
    const { stdout, status } = await connection.run(sh`
      set -eu
      perl -e ${hold} &
      sleep 1
      ${resource.plan('')?.apply ?? sh`false`}`);
    expect(stdout.toString().replace(notice(''), '')).toMatch(
      /^Waiting for apt: process \d+ \(perl\) holds \/var\/lib\/dpkg\/lock-frontend/m,
    );
    expect(status).toBe(0);
  });

  it('repairs an installation that was killed half way', async () => {
    const resource = aptPackages({ names: ['tree'] });
    const { status, stderr } = await connection.run(sh`
      set -eu
      apt-get remove -qq -y tree >/dev/null 2>&1
      cd /tmp
      apt-get download -qq tree
      dpkg --unpack tree_*.deb >/dev/null
      ${resource.plan('')?.apply ?? sh`false`}`);
    expect(stderr).not.toContain('interrupted');
    expect(status).toBe(0);
    expect(resource.plan((await connection.run(resource.read)).stdout.toString())).toBeUndefined();
  });

  it('names the package that does not exist', async () => {
    const { status, stderr } = await connection.run(
      sh`set -eu; ${aptPackages({ names: ['no-such-package'] }).plan('')?.apply ?? sh`true`}`,
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('Unable to locate package no-such-package');
  });
});
