import { type Application } from '@fairness-deploy/core';
import { planHost } from '@fairness-deploy/core/engine';
import { sh, type Connection } from '@fairness-deploy/shell';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { releaseResources } from './release-resources.js';
import { releaseSchema } from '../section/section.js';
import { Site } from '../testing/site.js';

let test: TestHost;
let connection: Connection;

/** What the sandbox's mirror can make of this machine's own Node.js. */
const NODE = { version: process.versions.node, mirror: gateway.nodeMirror };

beforeAll(async () => {
  test = await startTestHost('live-release');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

/** Why nothing may be applied; `[]` when it may. */
async function refusals(application: Application): Promise<readonly string[]> {
  const section = releaseSchema.parse({ repository: '/nowhere.git' });
  const plan = await planHost(connection, releaseResources(application, section, undefined));
  return plan.unreadable.map(({ reason }) => reason);
}

it('another home or user is refused while a release is live, and taken once it was ended', async () => {
  const site = new Site(connection, NODE, 'shop', 3000);
  const moved = new Site(connection, NODE, 'shop', 3000, '/srv/moved');
  const other = new Site(connection, NODE, 'shop', 3000, '/srv/shop', 'other');
  await site.provision();
  expect(await refusals(moved.application)).toEqual([]);

  site.repository.commit('one');
  expect(await site.deploy()).toMatchObject({ status: 'done' });
  expect(await refusals(site.application)).toEqual([]);
  expect(await refusals(moved.application)).toEqual([
    expect.stringContaining('Cannot move shop from /srv/shop to /srv/moved: '),
  ]);
  await site.run(sh`cp ${site.layout.record} /srv/record; : >${site.layout.record}`);
  expect(await refusals(site.application)).toEqual([]);
  expect(await site.deploy()).toEqual({ status: 'unchanged' });
  await site.run(sh`mv /srv/record ${site.layout.record}`);
  expect(await refusals(other.application)).toEqual([
    expect.stringContaining('Cannot move shop from the user shop to other: '),
  ]);
  expect(await moved.status()).toMatchObject({
    level: 'fail',
    text: 'a release is live as the user shop in /srv/shop, and the environment has the user shop in /srv/moved',
  });
  other.repository.commit('one');
  expect(await other.deploy()).toMatchObject({
    status: 'failed',
    step: 'begin',
    output: expect.stringContaining(
      'Cannot begin: a release of shop is live on this host as the user shop in /srv/shop',
    ) as unknown,
  });
  const traces = await site.traces();
  await expect(moved.provision()).rejects.toThrow('Cannot move shop');
  expect(await site.traces()).toEqual(traces);

  await site.run(sh`
    mv /srv/shop /srv/shop.old
    pkill -u shop
    while pgrep -u shop >/dev/null; do sleep 0.1; done`);
  expect(await refusals(other.application)).toEqual([]);
  await moved.provision();
  moved.repository.commit('one');
  expect(await moved.deploy()).toMatchObject({ status: 'done' });
  expect(await refusals(site.application)).toEqual([
    expect.stringContaining('Cannot move shop from /srv/moved to /srv/shop: '),
  ]);
});
