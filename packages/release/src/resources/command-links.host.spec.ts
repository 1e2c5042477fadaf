import { sh, type Connection } from '@fairness-deploy/shell';
import { checkResourceContract } from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLinks } from './command-links.js';

let test: TestHost;
let connection: Connection;

beforeAll(async () => {
  test = await startTestHost('command-links');
  connection = await test.connect();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
});

const links = (name: string) => commandLinks({ name, home: `/srv/${name}`, others: 'leave' });

async function print(script: ReturnType<typeof sh>): Promise<string> {
  const { status, stdout, stderr } = await connection.run(sh`( set -eu; ${script} )`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.toString();
}

async function provision(name: string): Promise<string | undefined> {
  const resource = links(name);
  const change = resource.plan(await print(resource.read));
  if (change) await print(change.apply);
  expect(resource.plan(await print(resource.read))).toBeUndefined();
  return change?.action;
}

describe('commandLinks() on a host', () => {
  it('lives as a resource does', async () => {
    await checkResourceContract({
      run: (script) => connection.run(script),
      resource: links('shop'),
      drift: sh`rm /usr/local/bin/npm`,
      absent: commandLinks({ name: 'shop', home: '/srv/shop' }, { ensure: 'absent' }),
    });
  });

  it('leaves what is not ours, and the links of another application', async () => {
    await print(sh`
      mkdir -p /srv/shop
      echo own >/usr/local/bin/yarn
      ln -s /opt/other/pnpm /usr/local/bin/pnpm`);
    expect(await provision('shop')).toBe('update');
    expect(await provision('blog')).toBeUndefined();
    const look = sh`cat /usr/local/bin/yarn; readlink /usr/local/bin/pnpm /usr/local/bin/node`;
    expect(await print(look)).toBe('own\n/opt/other/pnpm\n/srv/shop/live/bin/node\n');
    // The other one is gone.
    await print(sh`rmdir /srv/shop`);
    expect(await provision('blog')).toBe('update');
    expect(await print(look)).toBe('own\n/opt/other/pnpm\n/srv/blog/live/bin/node\n');
    const absent = commandLinks({ name: 'blog', home: '/srv/blog' }, { ensure: 'absent' });
    await print(absent.plan('node')?.apply ?? sh`false`);
    expect(await print(sh`ls /usr/local/bin`)).toBe('pnpm\nyarn\n');
    // What is left is nothing to remove.
    expect(absent.plan(await print(absent.read))).toBeUndefined();
  });
});
