import { sh, type Connection } from '@fairness-deploy/shell';
import { saying } from '@fairness-deploy/shell/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import type { Application } from '@fairness-deploy/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from '../testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

beforeAll(async () => {
  test = await startTestHost('runtimes');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const mirror = gateway.nodeMirror;
const [OLD, NEW] = ['22.20.0', '22.21.1'];

async function newSite(node: Application['node']): Promise<Site> {
  sites += 1;
  const site = new Site(connection, node, `runtime${String(sites)}`, 3200 + sites);
  await site.provision();
  return site;
}

/** The program that runs as the live release's process. */
async function running(site: Site): Promise<string> {
  const colour = await site.live();
  if (!colour) throw new Error('nothing is live');
  return (await site.run(sh`readlink "/proc/$(cat ${site.pidFile(colour)})/exe"`)).trim();
}

async function recorded(site: Site): Promise<unknown> {
  return (await site.history()).at(-1)?.runtime;
}

describe('the Node.js of a release', () => {
  it('is that of the file of its commit, and stays its own', async () => {
    const site = await newSite({ file: '.nvmrc', mirror });
    site.repository.write('.nvmrc', `v${OLD}\n`);
    site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({
      status: 'done',
      said: { runtime: expect.stringMatching(new RegExp(`\nNode.js ${OLD}\n$`)) as string },
    });
    const first = await site.current();
    expect(await running(site)).toBe(`/opt/node/${OLD}/bin/node`);
    expect(await recorded(site)).toEqual({ node: OLD });

    site.repository.write('.nvmrc', '22.21\n');
    const second = site.repository.commit('two');
    const plan = await site.plan();
    expect(plan?.chosen).toBe(`Node.js ${NEW}, the newest of 22.21 (.nvmrc)`);
    // Of the work tree, nothing counts.
    site.repository.write('.nvmrc', 'v1.1.1\n');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await site.serving()).toBe(second);
    expect(await running(site)).toBe(`/opt/node/${NEW}/bin/node`);
    expect(await site.deploy()).toEqual({ status: 'unchanged' });
    const before = await site.run(sh`${site.layout.live}/bin/node --version`);

    expect(await site.rollback()).toMatchObject({
      status: 'done',
      said: { runtime: `Node.js ${OLD}\n` },
    });
    expect(await site.current()).toBe(first);
    expect(await running(site)).toBe(`/opt/node/${OLD}/bin/node`);
    expect(await recorded(site)).toEqual({ node: OLD });
    expect(await site.status()).toMatchObject({
      text: expect.stringContaining(`on Node.js ${OLD};`) as string,
      data: { runtime: { node: OLD } },
    });
    expect([before, await site.run(sh`${site.layout.live}/bin/node --version`)]).toEqual([
      `v${NEW}\n`,
      `v${OLD}\n`,
    ]);
  });

  it('is found by people and by cron, also as another release goes live', async () => {
    const [site] = [await newSite({ version: OLD, mirror })];
    site.repository.commit('one');
    await site.deploy();
    const found = sh`
      useradd --create-home --shell /bin/bash ana 2>/dev/null || :
      su - ana -c 'node --version; npm --version; command -v pnpm || echo no pnpm'
      env -i PATH=/usr/bin:/bin /usr/local/bin/npm --version`;
    const owner = await site.run(sh`readlink /usr/local/bin/node`);
    // The first application of the host has them.
    expect(owner).toBe('/srv/runtime1/live/bin/node\n');
    expect(await site.run(found)).toBe(`v${OLD}\n10.9.3\nno pnpm\n10.9.3\n`);
    expect(
      await site.run(sh`env -i PATH=/usr/bin:/bin ${`${site.layout.live}/bin/npm`} --version`),
    ).toBe('10.9.3\n');
  });

  it('leaves a command that is not ours', async () => {
    const site = await newSite({ version: OLD, mirror });
    await site.run(
      sh`rm /usr/local/bin/yarn; echo own >/usr/local/bin/yarn; rm /usr/local/bin/npx; ln -s /bin/true /usr/local/bin/npx; rm /usr/local/bin/pnpm`,
    );
    await site.provision();
    expect(
      await site.run(sh`cat /usr/local/bin/yarn; readlink /usr/local/bin/npx /usr/local/bin/pnpm`),
    ).toBe(`own\n/bin/true\n${site.layout.live}/bin/pnpm\n`);
    await site.run(sh`rm /usr/local/bin/yarn /usr/local/bin/npx`);
  });
});

describe('a version that is not exact', () => {
  const OWN = 'http://copy.sandbox.internal:8088';

  /** A mirror on the host itself, whose index the test writes. */
  async function ownMirror(site: Site): Promise<(...versions: readonly string[]) => Promise<void>> {
    await site.run(sh`
      apt-get install -qq -y busybox >/dev/null 2>&1
      mkdir -p /srv/mirror
      grep -q copy.sandbox.internal /etc/hosts || echo 127.0.0.1 copy.sandbox.internal >>/etc/hosts
      for fd_version in ${[OLD, NEW]}; do
        mkdir -p "/srv/mirror/v$fd_version"
        cd "/srv/mirror/v$fd_version"
        curl -fsSO ${mirror}/"v$fd_version"/SHASUMS256.txt
        while read -r _ fd_name; do curl -fsSO ${mirror}/"v$fd_version/$fd_name"; done <SHASUMS256.txt
      done
      busybox httpd -p 127.0.0.1:8088 -h /srv/mirror`);
    return async (...versions) => {
      const rows = versions.map((version) => `v${version}\tlinux-x64,linux-arm64\tJod`);
      await site.run(sh`printf '%s\n' ${['version\tfiles\tlts', ...rows]} >/srv/mirror/index.tab`);
    };
  }

  it('is chosen anew at each deployment, and the release keeps its own', async () => {
    const site = await newSite({ version: '22', mirror: OWN });
    const publish = await ownMirror(site);
    await publish(OLD);
    site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
    expect(await running(site)).toBe(`/opt/node/${OLD}/bin/node`);
    expect(await site.deploy()).toEqual({ status: 'unchanged' });
    const first = await site.current();

    await publish(OLD, NEW);
    const again = await site.deploy();
    // Native modules are built for one version.
    expect(again).toMatchObject({ status: 'done' });
    expect(Object.keys('said' in again ? again.said : {})).toContain('install');
    expect(await running(site)).toBe(`/opt/node/${NEW}/bin/node`);
    expect(await recorded(site)).toEqual({ node: NEW });

    await site.run(sh`rm /srv/mirror/index.tab`);
    await expect(site.plan()).rejects.toThrow(
      saying(
        new RegExp(
          `Cannot choose the Node.js "22": the host cannot read ${OWN}/index.tab: curl: .*404.*\n.*name an exact version: node: ${NEW}, which the live release has`,
        ),
      ),
    );
    expect(await site.rollback()).toMatchObject({ status: 'done' });
    expect(await site.current()).toBe(first);
    expect(await running(site)).toBe(`/opt/node/${OLD}/bin/node`);
    await publish(OLD);
    await expect(site.deploy()).resolves.toEqual({ status: 'unchanged' });
    await publish('99.0.0');
    await expect(site.plan()).rejects.toThrow(saying('the newest there is 99.0.0'));
  });

  it('is removed when no release of any application uses it, unless it was provisioned', async () => {
    const [GONE, KEPT] = ['22.19.0', '22.18.0'];
    const kept = await newSite({ version: KEPT, mirror });
    const other = await newSite({ version: OLD, mirror });
    other.repository.commit('one');
    await other.deploy();
    const site = await newSite({ file: '.nvmrc', mirror });
    const section = { keep: 2 };
    for (const version of [GONE, KEPT, OLD, NEW]) {
      site.repository.write('.nvmrc', version);
      site.repository.commit(version);
      expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    }
    const left = await site.list(sh`ls -A /opt/node`);
    expect(left).toEqual(expect.arrayContaining([KEPT, OLD, NEW]));
    expect(left).not.toContain(GONE);
    expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(
      await kept.run(
        sh`ls /var/lib/fairness-deploy/runtimes/used/${site.application.name} | wc -l`,
      ),
    ).toBe('2\n');
    // Rolling back still works, and brings nothing.
    expect(await site.rollback()).toMatchObject({ said: { runtime: `Node.js ${OLD}\n` } });
  });
});

describe('a package manager', () => {
  const PNPM_HASH =
    'f0dda8580f0ee9481c5c79a1d927b9164f2c478e90992ad268bbb2465a736984391d6333d2c327913578b2804af33474ca554ba29c04a8b13060a717675ae3ac';
  const NUMBER =
    'sha512-41Cifkg6e8TylSpdtTpeLVMqvSBEVzTttHvERD741+pnZ8ANv0004MRL43QKPDlK9cGvNp6NZWZUBlbGXYxxng==';

  function project(
    site: Site,
    packageManager: string | undefined,
    version: string,
    dependencies: Readonly<Record<string, string>> = {},
  ): void {
    const scripts = { build: `node build.js && ${version} >manager` };
    const manifest = { name: 'tiny', version: '1.0.0', scripts, dependencies, packageManager };
    site.repository.write('.gitignore', 'package-lock.json\n');
    site.repository.write('package.json', JSON.stringify(manifest));
    site.repository.write('build.js', '');
  }

  /** Deploys, and says why when that fails. */
  async function deployed(site: Site): Promise<Readonly<Record<string, string>>> {
    const ended = await site.deploy();
    if (ended.status !== 'done') throw new Error(JSON.stringify(ended, undefined, 2));
    return ended.said;
  }

  const LOCK = `lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
importers:
  .:
    dependencies:
      is-number:
        specifier: 7.0.0
        version: 7.0.0
packages:
  is-number@7.0.0:
    resolution: {integrity: ${NUMBER}}
    engines: {node: '>=0.12.0'}
snapshots:
  is-number@7.0.0: {}
`;

  it('is pnpm in the version, and with the digest, of package.json', async () => {
    const site = await newSite({ version: OLD, mirror });
    project(site, `pnpm@10.12.1+sha512.${PNPM_HASH}`, 'pnpm --version', { 'is-number': '7.0.0' });
    // The registry is that of /etc/npmrc.
    site.repository.write('pnpm-lock.yaml', LOCK);
    site.repository.commit('pnpm');
    await deployed(site);
    expect(
      await site.run(
        sh`cat ${`${site.layout.current}/manager`}; ls ${`${site.layout.current}/node_modules`}`,
      ),
    ).toBe('10.12.1\nis-number\n');
    expect(await recorded(site)).toEqual({
      node: OLD,
      manager: { name: 'pnpm', version: '10.12.1' },
    });
    expect(await site.run(sh`env -i ${`${site.layout.live}/bin/pnpm`} --version`)).toBe(
      '10.12.1\n',
    );
    expect(
      await site.run(sh`find /opt/package-managers ! -user root -o -perm /022 ! -type l | head`),
    ).toBe('');
    // A second release takes the dependencies of the first.
    site.repository.write('other', 'x');
    site.repository.commit('two');
    expect(await deployed(site)).toMatchObject({
      install: 'The dependencies are those of a release before\n',
    });
  });

  it('is pnpm 12, which is a program for the processor', async () => {
    const site = await newSite({ version: OLD, mirror });
    project(site, 'pnpm@12.21.0', 'pnpm --version', { 'is-number': '7.0.0' });
    site.repository.write('pnpm-lock.yaml', LOCK);
    site.repository.commit('pnpm');
    await deployed(site);
    expect(await site.run(sh`cat ${`${site.layout.current}/manager`}`)).toBe('12.21.0\n');
    const first = sh`head -c 4 ${'/opt/package-managers/pnpm/12.21.0/bin/pnpm'} | tail -c 3`;
    expect(await site.run(first)).toBe('ELF');
  });

  it('is refused when its digest is another one', async () => {
    const site = await newSite({ version: OLD, mirror });
    project(site, `pnpm@10.12.2+sha512.${PNPM_HASH}`, 'pnpm --version');
    site.repository.commit('pnpm');
    const ended = await site.deploy();
    expect(ended).toMatchObject({
      status: 'failed',
      step: 'runtime',
      output: expect.stringContaining('Cannot install pnpm 10.12.2: its sha512 is ') as string,
    });
    expect(await site.run(sh`ls -A /opt/package-managers/pnpm`)).not.toContain('10.12.2');
  });

  it.each([
    ['1.22.22', '# yarn lockfile v1\n'],
    [
      '4.9.2',
      '# This file is generated by running "yarn install" inside your project.\n# Manual changes might be lost - proceed with caution!\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n"tiny@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "tiny@workspace:."\n  languageName: unknown\n  linkType: soft\n',
    ],
  ])('is yarn %s', async (version, lock) => {
    const site = await newSite({ version: OLD, mirror });
    project(site, `yarn@${version}`, 'yarn --version');
    site.repository.write('yarn.lock', lock);
    site.repository.commit('yarn');
    await deployed(site);
    expect(await site.run(sh`cat ${`${site.layout.current}/manager`}`)).toBe(`${version}\n`);
  });

  it('must have a version, in package.json or in the environment', async () => {
    const site = await newSite({ version: OLD, mirror });
    project(site, undefined, 'true');
    site.repository.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
    site.repository.commit('pnpm');
    await expect(site.deploy()).rejects.toThrow(
      saying('add a line to package.json: "packageManager": "pnpm@<the output of pnpm --version>"'),
    );
    const other = await newSite({ version: OLD, mirror, packageManager: 'pnpm@10.12.1' });
    project(other, undefined, 'pnpm --version');
    other.repository.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\nimporters:\n  .: {}\n");
    other.repository.commit('pnpm');
    await deployed(other);
    expect(await other.run(sh`cat ${`${other.layout.current}/manager`}`)).toBe('10.12.1\n');
  });
});
