import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal, sh, type Connection, type Script } from '@fairness-deploy/shell';
import { nodeFolder } from '@fairness-deploy/core/resources';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from '../testing/site.js';
import { temporaryFolder } from '../testing/temporary-repository.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

/** What the sandbox's mirror can make of this machine's own Node.js. */
const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };
const node = `${nodeFolder(NODE.version)}/bin/node`;

const TAKEN = 'The dependencies are those of a release before\n';
const INSTALLED = expect.not.stringContaining(TAKEN) as unknown;

beforeAll(async () => {
  test = await startTestHost('release-inputs');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** An application of its own on the host. */
async function newSite(section: object = {}): Promise<Site> {
  sites += 1;
  const site = new Site(connection, NODE, `inputs${String(sites)}`, 3000 + sites);
  await site.provision({ section });
  return site;
}

const secret = (value: string, name = 'token'): Text => Text.of(new Secret(name, value));

/** The files on the host that hold a text, of the application and of what we know of it. */
function holding(site: Site, text: string): Promise<readonly string[]> {
  return site.list(
    sh`grep -rlF -e ${text} ${site.layout.home} ${site.layout.logs} /var/lib/fairness-deploy /var/log || :`,
  );
}

describe('shared folders', () => {
  const section = { shared: ['uploads', "storage/it's"], keep: 2 };

  it('keep what is written during deployments, failures and a rollback, and no release removes them', async () => {
    const site = await newSite(section);
    const { layout, application } = site;
    site.repository.write('uploads/seed', 'one');
    site.repository.commit('one');
    expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    expect(
      await site.run(sh`cd ${layout.current}; readlink uploads; cat uploads/seed; ls -A storage/*`),
    ).toBe(`${layout.sharedFolders}/uploads\none`);

    // As the application does: it notes what it was told to have been written.
    await site.run(sh`
      touch /run/writing
      cd /
      setsid runuser -u ${application.user} -- sh -c ${WRITER} sh ${layout.current} ${layout.userHome} >/dev/null 2>&1 </dev/null &
      until [ -s ${`${layout.userHome}/written`} ]; do sleep 0.1; done`);
    for (const subject of ['two', 'three', 'four']) {
      site.repository.write('uploads/seed', subject);
      site.repository.commit(subject);
      const failing = { ...section, build: 'false' };
      expect(await site.deploy({ section: failing })).toMatchObject({ status: 'failed' });
      expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
    }
    expect(await site.rollback(undefined, { section })).toMatchObject({ status: 'done' });
    const [written = '0'] = (await site.list(sh`tail -n 1 ${`${layout.userHome}/written`}`)).slice(
      -1,
    );
    await site.run(sh`
      until [ "$(tail -n 1 ${`${layout.userHome}/written`})" -gt ${Number(written) + 5} ]; do sleep 0.1; done
      rm /run/writing`);
    expect(await site.releases()).toHaveLength(2);
    expect(
      await site.run(sh`
        cd ${`${layout.sharedFolders}/uploads`}
        while read -r name; do [ "$(cat "$name")" = "$name" ] || echo "$name is lost"; done <${`${layout.userHome}/written`}
        cat seed`),
    ).toBe('one');
    expect(Number(written)).toBeGreaterThan(20);
  });

  it('are linked by a copy of a build too, and stay when they are not listed any more', async () => {
    const site = await newSite(section);
    const { layout } = site;
    site.repository.commit('one');
    await site.deploy({ section });
    await site.run(sh`touch ${layout.current}/uploads/photo`);
    const copied = await site.deploy({ section, env: { TOKEN: secret('x') } });
    expect(copied).toHaveProperty(['said', 'copy build']);
    expect(
      await site.run(sh`ls ${layout.current}/uploads; readlink ${layout.current}/uploads`),
    ).toBe(`photo\n${layout.sharedFolders}/uploads\n`);
    // It is no part of any release any more.
    expect(await site.deploy({ section: { keep: 2 } })).toHaveProperty(['said', 'build']);
    expect(await site.deploy({ section: { keep: 2 }, force: true })).toMatchObject({
      status: 'done',
    });
    expect(await site.run(sh`ls -A ${layout.current}; ls ${layout.sharedFolders}/uploads`)).toMatch(
      /^(?!.*uploads)[^]*\nphoto\n$/,
    );
  });

  it('are still linked when the build has cleaned up, and are not replaced by what it puts there', async () => {
    const site = await newSite(section);
    const { layout } = site;
    site.repository.commit('one');
    const build = 'rm -r uploads && npm run build';
    expect(await site.deploy({ section: { ...section, build } })).toMatchObject({ status: 'done' });
    expect(await site.run(sh`readlink ${layout.current}/uploads`)).toBe(
      `${layout.sharedFolders}/uploads\n`,
    );
    await site.run(sh`touch ${layout.sharedFolders}/uploads/photo`);
    const replacing = 'rm uploads && mkdir uploads && npm run build';
    expect(await site.deploy({ section: { ...section, build: replacing } })).toMatchObject({
      ...{ status: 'failed', step: 'check shared folders' },
      output: expect.stringContaining('there is a folder in place of its link') as unknown,
    });
    expect(await site.run(sh`ls ${layout.sharedFolders}/uploads`)).toBe('photo\n');
  });

  it('are made as the application, whatever it has put there, and say what a release before has of its own', async () => {
    const site = await newSite(section);
    const { layout, application } = site;
    site.repository.commit('one');
    await site.deploy();
    await site.run(sh`
      runuser -u ${application.user} -- mkdir ${`${layout.current}/uploads`}
      runuser -u ${application.user} -- touch ${`${layout.current}/uploads/photo`}
      runuser -u ${application.user} -- ln -s /etc ${`${layout.sharedFolders}/storage`}`);
    const refused = await site.deploy({ section });
    expect(refused).toMatchObject({ status: 'failed', step: 'shared folders' });
    expect(await site.run(sh`ls -d "/etc/it's" 2>&1 || :`)).toContain('No such file');
    await site.run(sh`rm ${layout.sharedFolders}/storage`);
    const one = await site.current();
    const ended = await site.deploy({ section });
    expect(ended).toHaveProperty(
      ['said', 'shared folders'],
      expect.stringContaining(
        `the live release has files of its own in uploads, which later releases do not see, and which are removed with it. After this deployment, copy them: runuser -u ${application.user} -- cp -an ${layout.releases}/${one}/uploads/. ${layout.sharedFolders}/uploads/`,
      ),
    );
    expect((await site.planRollback(undefined, { section })).warnings).toEqual(
      section.shared.map(
        (path) =>
          `${one} was made before "${path}" was shared: it does not see what is there, and what it writes there is removed with it`,
      ),
    );
    expect(
      await site.run(sh`stat -c '%U %a' ${layout.sharedFolders} ${layout.sharedFolders}/uploads`),
    ).toBe(`${application.user} 750\n${application.user} 755\n`);
  });
});

it.each(['shared folders', 'files for install', 'files for start', 'check shared folders'])(
  'shared folders and files are whole after a deployment that was killed at "%s"',
  async (victim) => {
    const section = {
      shared: ['uploads'],
      files: { a: { content: secret('x') }, b: { content: 'y', when: 'start' } },
    };
    const site = await newSite(section);
    const { layout } = site;
    site.repository.write('uploads/seed', 'one');
    for (const half of ['before', 'after'] as const) {
      site.repository.commit(half);
      const killed = await site.deploy({
        section,
        steps: (steps) =>
          steps.map((step) =>
            step.name === victim ? { ...step, run: killing(step.run, half) } : step,
          ),
      });
      expect(killed).toMatchObject({ status: 'cut off' });
      // As a copy that was cut off leaves it.
      await site.run(sh`
        rm -rf -- ${layout.sharedFolders}/uploads
        runuser -u ${site.application.user} -- mkdir ${`${layout.sharedFolders}/.20991231-235959-aaaaaaa.new`}`);
      expect(await site.deploy({ section })).toMatchObject({ status: 'done' });
      expect(
        await site.run(
          sh`cd ${layout.current}; cat uploads/seed a b; ls -A ${layout.sharedFolders}`,
        ),
      ).toBe('onexyuploads\n');
    }
  },
);

/** Ends the job with all of its session, as `kill -9` or a power cut does. */
function killing(run: Script, half: 'before' | 'after'): Script {
  const kill = sh`kill -9 "-$(cut -d ' ' -f 6 /proc/self/stat)"`;
  if (half === 'before') return kill;
  return sh`
    (
    ${run}
    )
    ${kill}`;
}

describe('files', () => {
  const env = (value: string, when = 'install') => ({
    'client/.env': { env: { CALENDAR: secret(value) }, when },
  });

  it('are in the release before the build, for its user alone, and a changed value is built anew', async () => {
    const site = await newSite();
    const { layout, application } = site;
    site.repository.write('client/.env', 'CALENDAR=committed\n');
    site.repository.commit('one');
    const build = 'npm run build && cp client/.env seen';
    const section = (value: string) => ({ build, files: env(value) });
    const first = await site.deploy({ section: section('s3cr3t-one') });
    expect(first).toMatchObject({ status: 'done' });
    expect(await site.deploy({ section: section('s3cr3t-one') })).toEqual({ status: 'unchanged' });
    const file = `${layout.current}/client/.env`;
    expect(await site.run(sh`stat -c '%U %a' ${file}; cat ${layout.current}/seen`)).toBe(
      `${application.user} 600\nCALENDAR='s3cr3t-one'\n`,
    );
    expect(JSON.stringify(first)).not.toContain('s3cr3t');
    const one = `${layout.releases}/${await site.current()}`;
    expect(await holding(site, 's3cr3t-one')).toEqual([`${one}/client/.env`, `${one}/seen`]);

    const second = await site.deploy({ section: section('s3cr3t-two') });
    expect(second).toHaveProperty(['said', 'build']);
    expect(second).not.toHaveProperty(['said', 'copy build']);
    expect(await site.run(sh`cat ${layout.current}/seen`)).toBe("CALENDAR='s3cr3t-two'\n");
    // A rollback has the file that its release was made with.
    await site.rollback();
    expect(await site.run(sh`cat ${file}`)).toBe("CALENDAR='s3cr3t-one'\n");
  });

  it('for the start are new in a copy of a build, and a file that is written no more is in none', async () => {
    const site = await newSite();
    const { layout } = site;
    site.repository.commit('one');
    const section = (value: string) => ({
      migrate: 'cat client/.env',
      build: 'test ! -e client && npm run build',
      files: env(value, 'start'),
    });
    expect(await site.deploy({ section: section('one') })).toHaveProperty(
      ['said', 'migrate'],
      expect.stringMatching(/^CALENDAR='one'$/m),
    );
    const copied = await site.deploy({ section: section('two') });
    expect(copied).toHaveProperty(['said', 'copy build']);
    expect(copied).toHaveProperty(['said', 'migrate'], expect.stringMatching(/^CALENDAR='two'$/m));
    expect(
      await site.deploy({ section: { ...section(''), migrate: false, files: {} } }),
    ).toHaveProperty(['said', 'build']);
    expect(await site.run(sh`ls ${layout.current}/client 2>&1 || :`)).toContain('No such file');
  });

  it('let dependencies be kept that any command installs, as long as they are the same', async () => {
    const site = await newSite();
    site.repository.write('install.sh', '. ./.env && npm ci && echo "$A" >node_modules/made');
    site.repository.commit('one');
    const section = (value: string) => ({
      install: 'sh install.sh',
      installInputs: ['install.sh'],
      files: { '.env': { env: { A: secret(value) } } },
      shared: [],
    });
    const said = (install: unknown) => ({ status: 'done', said: { install } });
    expect(await site.deploy({ section: section('one') })).toMatchObject(said(INSTALLED));
    expect(await site.deploy({ section: section('one'), force: true })).toMatchObject(said(TAKEN));
    expect(await site.deploy({ section: section('two') })).toMatchObject(said(INSTALLED));
    expect(await site.run(sh`cat ${site.layout.current}/node_modules/made`)).toBe('two\n');
  });
});

describe('commands', () => {
  it('see the secrets that they are allowed, and no others', async () => {
    const site = await newSite();
    site.repository.commit('one');
    const env = {
      CALENDAR: secret('s3cr3t-calendar', 'calendar'),
      DATABASE: secret('s3cr3t-database', 'database'),
    };
    const build = { secrets: ['calendar'], variables: { PUBLIC: 'yes' } };
    expect(await site.deploy({ env, section: { build } })).toMatchObject({ status: 'done' });
    const seen = JSON.parse(await site.run(sh`cat ${site.layout.current}/environment`)) as Readonly<
      Record<string, string>
    >;
    expect(seen).toMatchObject({ CALENDAR: 's3cr3t-calendar', PUBLIC: 'yes' });
    expect(JSON.stringify(seen)).not.toContain('s3cr3t-database');
    const other = { ...env, CALENDAR: secret('other', 'calendar') };
    expect(await site.deploy({ env: other, section: { build } })).toHaveProperty(['said', 'build']);
  });

  it('install from a private registry, whose token is in no release and in none of the dependencies', async () => {
    const site = await newSite();
    const token = 's3cr3t-of-the-registry';
    await serveRegistry(site, token);
    const { write } = site.repository;
    write('.npmrc', '//127.0.0.1:8071/:_authToken=${NPM_TOKEN}\nreplace-registry-host=never\n');
    write('package.json', JSON.stringify({ ...OWN, dependencies: { dep: '1.0.0' } }));
    write('package-lock.json', LOCK());
    site.repository.commit('one');
    expect(await site.deploy()).toMatchObject({
      ...{ status: 'failed', step: 'install' },
      output: expect.stringMatching(/E401|E403|Unable to authenticate|401/) as unknown,
    });
    const install = { variables: { NPM_TOKEN: secret(token) } };
    const section = { install };
    expect(await site.deploy({ section })).toMatchObject({
      status: 'done',
      said: { install: INSTALLED },
    });
    expect(await site.run(sh`cat ${site.layout.current}/built`)).toContain('1.0.0');
    expect(await holding(site, token)).toEqual([]);
    site.repository.commit('two');
    expect(await site.deploy({ section })).toMatchObject({ said: { install: TAKEN } });
    expect(await site.run(sh`stat -c '%U %a' ${site.layout.dependencies}/.salt`)).toBe(
      'root 600\n',
    );
  });
});

/** Writes a file each 20 ms to the uploads of the live release, and notes its name when it is there. */
const WRITER = `
n=0
while [ -e /run/writing ]; do
  n=$((n + 1))
  if echo "$n" >"$1/uploads/$n"; then echo "$n" >>"$2/written"; fi
  sleep 0.02
done`;

const OWN = { name: 'tiny', version: '1.0.0', scripts: { build: 'node build.js' } };
const PACKAGE = 'http://127.0.0.1:8071/dep/-/dep-1.0.0.tgz';

/** The package of the private registry. */
const packed = (() => {
  let bytes: Buffer | undefined;
  return (): Buffer => {
    if (bytes) return bytes;
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'package'));
    writeFileSync(join(folder, 'package/package.json'), '{"name":"dep","version":"1.0.0"}');
    writeFileSync(join(folder, 'package/index.js'), "module.exports = '1.0.0';\n");
    execFileSync('tar', ['-czf', join(folder, 'dep.tgz'), '-C', folder, 'package']);
    bytes = readFileSync(join(folder, 'dep.tgz'));
    return bytes;
  };
})();

function LOCK(): string {
  const integrity = `sha512-${createHash('sha512').update(packed()).digest('base64')}`;
  const packages = {
    '': { name: OWN.name, version: OWN.version, dependencies: { dep: '1.0.0' } },
    'node_modules/dep': { version: '1.0.0', resolved: PACKAGE, integrity },
  };
  return JSON.stringify({ ...OWN, lockfileVersion: 3, requires: true, packages });
}

/** A registry on the host that has one package, for those who have the token. */
async function serveRegistry(site: Site, token: string): Promise<void> {
  await site.run(sh`
    printf %s ${packed().toString('base64')} | base64 -d >/run/dep.tgz
    printf %s ${REGISTRY} >/run/registry.js
    cd /
    TOKEN=${token} setsid ${node} /run/registry.js >/dev/null 2>&1 </dev/null &
    until curl -s -o /dev/null ${literal('http://127.0.0.1:8071/')}; do sleep 0.1; done`);
}

const REGISTRY = `
const { readFileSync } = require('fs');
require('http').createServer((request, response) => {
  const allowed = request.headers.authorization === 'Bearer ' + process.env.TOKEN;
  response.writeHead(allowed ? 200 : 401);
  response.end(allowed ? readFileSync('/run/dep.tgz') : 'no');
}).listen(8071, '127.0.0.1');
`;
