import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, sh } from '@fairness-deploy/shell';
import { checkResourceContract } from '../testing/resource-contract.js';
import { aptPackages } from './apt-packages.js';
import { aptRepository } from './apt-repository.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('repository');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

let keys: readonly string[];

beforeAll(async () => {
  const { stdout, status } = await connection.run(sh`
    set -eu
    {
      apt-get update
      apt-get install -y gnupg apt-utils
      mkdir -p /srv/repository
      cd /srv/repository
      apt-get download tree
      apt-ftparchive packages . >Packages
      apt-ftparchive release . >/tmp/Release
      mv /tmp/Release .
      gpg --batch --passphrase '' --quick-gen-key one
      gpg --batch --passphrase '' --quick-gen-key two
      gpg --batch --clearsign -u one -o InRelease Release
      chmod -R a+rX /srv/repository
    } >/dev/null 2>&1
    gpg --armor --export one
    echo %%
    gpg --armor --export two`);
  expect(status).toBe(0);
  keys = stdout.toString().split('%%\n');
});

const repository = { name: 'local', uris: ['file:/srv/repository'], suites: ['./'] };

describe('aptRepository() on a host', () => {
  it('lives as a resource does', async () => {
    const [key = ''] = keys;
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: aptRepository({ ...repository, key }),
      drift: sh`
        echo '# spoilt' >>/etc/apt/sources.list.d/local.sources
        rm /etc/apt/keyrings/local.asc`,
      changed: aptRepository({ ...repository, architectures: ['amd64', 'arm64'], key }),
      absent: aptRepository({ name: 'local' }, { ensure: 'absent' }),
    });
  });

  it('has the packages that come after it', async () => {
    const [key = ''] = keys;
    const added = aptRepository({ ...repository, key });
    await connection.run(sh`set -eu; ${added.plan('')?.apply ?? sh`false`}`);
    expect(aptPackages({ names: ['tree'] }).follows).toContain(added.address);
    const { stdout } = await connection.run(sh`apt-cache policy tree`);
    expect(stdout.toString()).toContain('file:/srv/repository');
  });

  it('does not add a repository that another key has signed', async () => {
    const wrong = aptRepository({ ...repository, name: 'wrong', key: keys[1] ?? '' });
    const { status, stderr } = await connection.run(
      sh`set -eu; ${wrong.plan('')?.apply ?? sh`true`}`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain("Cannot add the apt repository 'wrong'");
    const live = sh`[ -e /etc/apt/sources.list.d/wrong.sources ]`;
    expect((await connection.run(live)).status).toBe(1);
  });
});
