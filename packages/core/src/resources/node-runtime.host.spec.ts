import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, type Script, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { gateway } from '@fairness-deploy/sandbox';
import { aptPackages } from './apt-packages.js';
import { NODE_RUNTIME_PACKAGES, nodeFolder, nodeRuntime } from './node-runtime.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('node');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const mirror = gateway.nodeMirror;
/** What the sandbox's mirror can make of this machine's own Node.js. */
const version = process.versions.node;

beforeAll(async () => {
  const needed = aptPackages({ names: NODE_RUNTIME_PACKAGES });
  await connection.run(sh`( set -eu; ${needed.plan('')?.apply ?? sh`false`} ) >/dev/null`);
});

const failureOf = async (resource: ReturnType<typeof nodeRuntime>): Promise<string> => {
  const { status, stderr } = await connection.run(
    sh`( set -eu; ${resource.plan('')?.apply ?? sh`true`} )`,
  );
  expect(status).toBe(1);
  return stderr;
};

describe('nodeRuntime() on a host', () => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: nodeRuntime({ version, mirror }),
      drift: sh`rm ${nodeFolder(version)}/bin/npm`,
      absent: nodeRuntime({ version }, { ensure: 'absent' }),
    });
  });

  it('names the address of what is not there', async () => {
    expect(await failureOf(nodeRuntime({ version: '0.0.1', mirror }))).toContain(
      `Cannot fetch ${mirror}/v0.0.1/SHASUMS256.txt`,
    );
  });

  it('refuses an archive of another checksum, and leaves nothing of it', async () => {
    const stderr = await failureOfMirror(sh`sed -i 's/^.\{8\}/00000000/' SHASUMS256.txt`);
    expect(stderr).toMatch(/has the checksum [0-9a-f]{64}, not 00000000/);
    const pinned = { version, mirror: 'http://127.0.0.1:8088', sha256: 'f'.repeat(64) };
    expect(await failureOf(nodeRuntime(pinned))).toMatch(/has the checksum [0-9a-f]{64}, not ffff/);
    expect((await connection.run(sh`ls -A /opt/node`)).stdout.toString()).toBe('');
  });

  it('takes no archive without a checksum from a name that the network answers for', async () => {
    const elsewhere = { version, mirror: 'http://elsewhere.sandbox.internal:8088' };
    expect(await failureOf(nodeRuntime(elsewhere))).toContain('this is no host of the sandbox');
  });
});

/** Installs from a copy of the mirror, on the host itself, that was spoilt. */
async function failureOfMirror(spoil: Script): Promise<string> {
  await connection.run(sh`
    set -eu
    mkdir -p /srv/mirror/${`v${version}`}
    cd /srv/mirror/${`v${version}`}
    curl -fsSO ${mirror}/${`v${version}`}/SHASUMS256.txt
    while read -r _ fd_name; do curl -fsSO ${mirror}/${`v${version}`}/"$fd_name"; done <SHASUMS256.txt
    ${spoil}
    cd /srv/mirror
    apt-get install -qq -y busybox >/dev/null 2>&1
    busybox httpd -p 127.0.0.1:8088 -h /srv/mirror
    echo 127.0.0.1 copy.sandbox.internal >>/etc/hosts`);
  return failureOf(nodeRuntime({ version, mirror: 'http://copy.sandbox.internal:8088' }));
}
