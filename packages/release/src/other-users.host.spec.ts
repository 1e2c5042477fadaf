import { planHost } from '@fairness-deploy/core/engine';
import { type ReleaseStep } from './order/release-step.js';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applicationHome } from './resources/application-home.js';
import { Site } from './testing/site.js';

let test: TestHost;
let connection: Connection;
let sites = 0;

/** What the sandbox's mirror can make of this machine's own Node.js. */
const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };

beforeAll(async () => {
  test = await startTestHost('other-users');
  connection = await test.connect();
  await connection.run(sh`useradd --create-home dev`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

function newSite(home?: string): Site {
  sites += 1;
  return new Site(connection, NODE, `site${String(sites)}`, 3000 + sites, home);
}

/** Runs more on the host before a step of a deployment. */
function before(
  name: string,
  first: Script,
): (steps: readonly ReleaseStep[]) => readonly ReleaseStep[] {
  return (steps) =>
    steps.map((step) =>
      step.name === name
        ? {
            ...step,
            run: sh`
              ${first}
              (
              ${step.run}
              )`,
          }
        : step,
    );
}

describe('an application’s home in a folder of another user', () => {
  it('is refused by the plan, by provisioning and by a deployment', async () => {
    const site = newSite('/home/dev/shop');
    const early = await planHost(connection, [applicationHome(site.application)]);
    expect(early.unreadable.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('/home/dev belongs to dev'),
    ]);
    await expect(site.provision()).rejects.toThrow('/home/dev belongs to dev');
    await site.run(sh`
      chown root: /home/dev
      chmod 0755 /home/dev`);
    await site.provision();
    site.repository.commit('one');
    await site.deploy();
    site.repository.commit('two');
    await site.deploy();
    await site.run(sh`chown dev: /home/dev`);

    const plan = await planHost(connection, [applicationHome(site.application)]);
    expect(plan.unreadable[0]?.reason).toContain('/home/dev belongs to dev');

    const traces = await site.traces();
    site.repository.commit('three');
    await expect(site.deploy()).rejects.toThrow('/home/dev belongs to dev');
    expect(await site.traces()).toEqual(traces);
    await expect(site.rollback()).rejects.toThrow('/home/dev belongs to dev');
    expect(await site.traces()).toEqual(traces);
  });

  it('gets that user nothing, whatever is exchanged while a deployment runs', async () => {
    const site = newSite('/home/dev/race');
    await site.run(sh`
      chown root: /home/dev
      mkdir -p /srv/precious/customers`);
    await site.provision();
    site.repository.commit('one');
    // Made before the folder was dev's: what a plan of that time found good.
    const plan = await site.plan();
    if (!plan) throw new Error('no plan');
    await site.run(sh`
      chown dev: /home/dev
      runuser -u dev -- sh -euc ${`
        mkdir -p /home/dev/other/shared
        ln -s /srv/precious /home/dev/other/shared/dependencies
        for folder in colours releases; do mkdir /home/dev/other/$folder; done`}`);
    const exchange = sh`
      mv /home/dev/race /home/dev/away
      mv /home/dev/other /home/dev/race`;
    await expect(site.carryOut(plan, { steps: before('begin', exchange) })).rejects.toThrow(
      'Cannot write the history: /home/dev belongs to dev',
    );
    expect(await site.run(sh`ls /srv/precious; ls -A /home/dev/race/shared`)).toBe(
      'customers\ndependencies\n',
    );
  });

  it('must let the application’s user pass', async () => {
    const site = newSite('/srv/closed/shop');
    await site.run(sh`mkdir -m 0750 /srv/closed`);
    await expect(site.provision()).rejects.toThrow('may not pass through a folder');
    await site.run(sh`chmod 0755 /srv/closed`);
    await site.provision();
  });
});

it('a folder of releases that is not root’s any more is left alone', async () => {
  const site = newSite();
  await site.provision();
  site.repository.commit('one');
  await site.run(sh`chown ${site.application.user} ${site.layout.releases}`);
  await expect(site.deploy()).rejects.toThrow('not all of these are folders of root');
  expect(await site.releases()).toEqual([]);
});

describe('the application’s user', () => {
  it('keeps nobody from reading, rolling back and deploying by what it writes', async () => {
    const site = newSite();
    const { layout, application } = site;
    await site.provision();
    site.repository.commit('one');
    await site.deploy();
    const first = await site.current();
    site.repository.commit('two');
    const second = await site.deploy();
    expect(second).toMatchObject({ status: 'done' });
    // Only what the host lacks was sent: the refs could be read.
    expect(second).toHaveProperty(
      'inputSize',
      expect.toSatisfy((size: number) => size < 1200),
    );
    const { user } = application;
    const as = (script: Script): Promise<string> =>
      site.run(sh`runuser -u ${user} -- sh -euc ${script.reveal()}`);
    const forged = `x\nlive colours/green\nhistory {}\nrelease 20200101-000000-aaaaaaa\n`;
    await as(sh`
      cd ${layout.variables}
      : >${forged.replaceAll('/', ' ')}
      mkfifo ${first}.fifo
      cd ${layout.repository}
      truncate -s 4T ${`${layout.userHome}/big`}
      ln -sf ${`${layout.userHome}/big`} packed-refs
      ln -s /proc/kmsg refs/fairness-deploy/kmsg
      mkfifo refs/fairness-deploy/pipe
      mkdir -p refs/fairness-deploy/many
      cd refs/fairness-deploy/many
      seq -f ${`%.0f${'0'.repeat(30)}`} 3000 | xargs touch`);
    const began = Date.now();
    expect((await site.history()).map(({ outcome }) => outcome)).toEqual(['good', 'good']);
    expect((await site.status()).text).toContain(first);
    expect(Date.now() - began).toBeLessThan(200_000);

    expect(await site.rollback()).toMatchObject({ status: 'done' });
    expect(await site.current()).toBe(first);

    await as(sh`
      cd ${layout.repository}
      rm packed-refs
      mkfifo packed-refs`);
    site.repository.commit('three');
    const third = await site.deploy();
    expect(third).toMatchObject({ status: 'done' });
    expect(third).toHaveProperty(['said', 'fetch'], expect.stringContaining('anew, as git'));

    await as(sh`
      cd ${layout.repository}
      mkdir -p hooks
      printf '#!/bin/sh\nexec sleep 100000\n' >hooks/reference-transaction
      chmod +x hooks/reference-transaction`);
    site.repository.commit('four');
    expect(await site.deploy()).toMatchObject({ status: 'done' });

    await as(sh`echo ${'1'.repeat(40)} >${`${layout.repository}/refs/fairness-deploy/none`}`);
    site.repository.commit('five');
    expect(await site.deploy()).toMatchObject({ status: 'done' });
  });

  it('is the only one beside root to read sources and history', async () => {
    const site = newSite();
    const { layout, application } = site;
    await site.provision();
    site.repository.commit('one');
    await site.deploy();
    const readable = (): Promise<string> =>
      site.run(
        sh`runuser -u dev -- sh -c ${`
          for file in ${layout.home}/releases/*/server.js ${layout.repository}/HEAD ${layout.current}/server.js ${layout.dependencies}/*; do
            [ ! -r $file ] || echo $file
          done`}`,
      );
    expect(await readable()).toBe('');
    expect(await site.run(sh`stat -c '%a %U %G' ${layout.releases}/* ${layout.repository}`)).toBe(
      `750 ${application.user} ${application.user}\n700 ${application.user} ${application.user}\n`,
    );
  });
});
