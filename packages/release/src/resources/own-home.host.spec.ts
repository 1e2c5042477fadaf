import { withHint } from '@fairness-deploy/shell/text';
import { planHost } from '@fairness-deploy/core/engine';
import { sh, type Connection, type Script } from '@fairness-deploy/shell';
import { applyResources, exampleApplication, exampleProcess } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownHome } from './own-home.js';
import { releaseResources } from './release-resources.js';
import { releaseSchema } from '../section/section.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('own-home');
  connection = await test.connect();
  await connection.run(sh`useradd -m deploy`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const print = async (script: Script): Promise<string> =>
  (await connection.run(script)).stdout.toString();

const applicationOf = (name: string) =>
  exampleApplication({
    ...{ name, user: name, home: `/srv/${name}` },
    processes: [exampleProcess({ name: 'web', port: 3000 })],
  });
const resourcesOf = (name: string) =>
  releaseResources(
    applicationOf(name),
    releaseSchema.parse({ repository: '/nowhere.git' }),
    undefined,
  );
/** Why nothing may be applied; `[]` when it may. */
const refusals = async (name: string): Promise<readonly string[]> =>
  (await planHost(connection, resourcesOf(name))).unreadable.map(({ reason, hint }) =>
    withHint(reason, hint),
  );

describe("an application's home", () => {
  it.each<[string, Script, string]>([
    [
      'capistrano',
      sh`
        mkdir -p releases/20240301120000/public shared/uploads
        ln -s releases/20240301120000 current
        chown -hR deploy: .`,
      'current is a link to releases/20240301120000, ',
    ],
    ['absolute', sh`ln -s /var/www/site current`, 'current is a link to /var/www/site'],
    ['deployer', sh`mkdir -p .dep releases/1`, 'releases is not empty'],
    ['foreign', sh`chown deploy: .`, '/srv/foreign belongs to deploy'],
    ['uploads', sh`mkdir shared; chown deploy: shared`, 'shared belongs to deploy'],
  ])('is not taken from another tool: %s', async (name, make, reason) => {
    const home = `/srv/${name}`;
    await connection.run(sh`
      set -eu
      mkdir ${home}
      cd ${home}
      ${make}`);
    const look = sh`find ${home} -printf '%p %u %m %l\n' | sort`;
    const before = await print(look);
    expect(await refusals(name)).toEqual([expect.stringContaining(reason)]);
    expect((await refusals(name))[0]).toContain(`mv ${home} ${home}.old`);
    expect(await print(look)).toBe(before);
  });

  it('is not the home of another account, which nobody is told to move away', async () => {
    await connection.run(sh`useradd -m -d /srv/person person`);
    await connection.run(sh`usermod -l ann person`);
    expect(await refusals('person')).toEqual([
      'Cannot use /srv/person as the home of person: it is the home of the account ann\n' +
        '  → Give the application a folder of its own: application.home: /srv/person',
    ]);
  });

  it('may be there already, with what the application is to share', async () => {
    await connection.run(sh`
      useradd -rd /srv/fresh fresh
      mkdir -p /srv/fresh/shared/uploads
      chown -R fresh: /srv/fresh`);
    expect(await refusals('fresh')).toEqual([]);
  });

  it('stays ours once it was, whatever is changed there', async () => {
    // Without packages and Node.js, which take their time.
    const own = resourcesOf('ours').filter(({ address }) => !/^(?:apt|node):/.test(address));
    const ends = await applyResources(connection, own);
    expect(new Set(Object.values(ends))).toEqual(new Set(['done']));
    await connection.run(sh`
      cd /srv/ours
      mkdir releases/1
      chown deploy: releases
      ln -sfn releases/1 current`);
    expect(await refusals('ours')).toEqual([]);
    await applyResources(connection, own);
    expect(await print(sh`readlink /srv/ours/current; stat -c %U /srv/ours/releases`)).toBe(
      'live/release\nroot\n',
    );
  });

  it('is read by a script alone, which changes nothing', () => {
    expect(ownHome(applicationOf('x')).plan('')).toBeUndefined();
  });
});
