import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planHost } from '../engine/plan.js';
import { type Connection, sh } from '@fairness-deploy/shell';
import { withHint } from '@fairness-deploy/shell/text';
import { applyResources } from '../testing/apply-resources.js';
import { exampleContext, exampleEnvironment } from '../testing/example.js';
import { plugin } from './server-plugin.js';
import { serverSchema } from './server-schema.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('safe-ways');
  connection = await test.connect();
  await connection.run(sh`
    useradd --create-home ana
    useradd mallory
    mkdir -p /srv/app/bin /srv/open
    chmod 0777 /srv/open
    chown -R ana: /srv/app`);
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const resourcesOf = (section: object) => {
  const environment = exampleEnvironment({ folder: __dirname });
  return plugin.resources?.(exampleContext(serverSchema.parse(section), environment)) ?? [];
};
const refusals = async (section: object): Promise<readonly string[]> =>
  (await planHost(connection, resourcesOf(section))).unreadable.map(({ reason, hint }) =>
    withHint(reason, hint),
  );

describe('the plan', () => {
  it('refuses what is in the folder of another user, there or not', async () => {
    await connection.run(sh`touch /srv/app/there`);
    expect(
      await refusals({
        files: { '/srv/app/there': { content: 'x' }, '/etc/app.conf': { content: 'x' } },
        directories: { '/srv/app/none/data': { owner: 'mallory' } },
      }),
    ).toEqual([
      [
        'Cannot write to /srv/app/none: /srv/app belongs to ana, who could put a link there\n  → choose a path in folders of root, or of the same owner',
        'Cannot write to /srv/app: /srv/app belongs to ana, who could put a link there\n  → choose a path in folders of root, or of the same owner',
      ].join('\n'),
    ]);
    expect(await refusals({ links: { '/srv/open/link': '/etc' } })).toEqual([
      expect.stringContaining('every user can write to /srv/open'),
    ]);
  });

  it('lets a user’s own folders be, those of users to come, and those that it corrects first', async () => {
    const section = {
      users: { ana: {}, new: {} },
      directories: {
        '/srv/app': {},
        '/srv/app/bin': { owner: 'ana' },
        '/srv/app/bin/x': { owner: 'ana' },
        '/home/new/data': { owner: 'new' },
      },
      files: { '/home/ana/x': { content: 'x', owner: 'ana' }, '/srv/app/x': { content: 'x' } },
      links: { '/home/ana/link': 'x' },
    };
    expect(await refusals(section)).toEqual([]);
    const ends = await applyResources(connection, resourcesOf(section));
    expect(new Set(Object.values(ends))).toEqual(new Set(['done']));
    expect(await refusals(section)).toEqual([]);
  });
});
