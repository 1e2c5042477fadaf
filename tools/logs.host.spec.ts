/** The logs of two hosts are followed while the application is deployed. */
import { CommandWorkspace, FollowedLogs } from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const NAMES = ['one', 'two'] as const;
const WAIT = { timeout: 60_000 };

let hosts: readonly TestHost[] = [];
let logs: FollowedLogs | undefined;
const workspace = new CommandWorkspace();
const repository = repositoryIn(join(workspace.folder, 'shop'));

/** Each process prints numbered lines, with the number of its commit, as long as it runs. */
const PROGRAM = `
const { createServer } = require('node:http');
let count = 0;
setInterval(() => {
  count += 1;
  console.log(JSON.stringify({ level: 30, time: Date.now(), msg: [require('./number.json'), process.pid, count].join(' ') }));
}, 10);
createServer((_, answer) => answer.end('well')).listen(process.env.PORT, '127.0.0.1');
`;

async function succeed(...words: readonly [string, ...string[]]): Promise<void> {
  const [command, ...options] = words;
  const { status, output } = await workspace.run(command, 'shop', ...options);
  if (status !== 0) throw new Error(output);
}

async function deploy(number: number): Promise<void> {
  repository.write('number.json', String(number));
  repository.commit(`Number ${String(number)}`);
  await succeed('deploy');
}

beforeAll(async () => {
  hosts = await Promise.all(NAMES.map((name) => startTestHost(`logs-${name}`)));
  repository.write('package.json', JSON.stringify({ name: 'shop', private: true }));
  repository.write('main.js', PROGRAM);
  const byName = Object.fromEntries(NAMES.map((name, at) => [name, hosts[at]]));
  workspace.describe('shop', byName as Record<string, TestHost>, {
    application: {
      name: 'shop',
      node: { version: '20.20.2', mirror: gateway.nodeMirror },
      processes: {
        web: {
          command: 'node main.js',
          port: 3000,
          route: '/',
          health: { path: '/', settle: 0.5 },
        },
      },
    },
    release: { repository: '../../shop', revision: 'main', install: 'true', build: 'true' },
    supervisor: {},
    nginx: {},
  });
  repository.write('number.json', '1');
  repository.commit('It begins');
  await succeed('provision', '--yes');
  await succeed('deploy');
}, 300_000);
afterAll(async () => {
  await logs?.interrupt();
  workspace.dispose();
  await Promise.all(hosts.map((host) => host.stop()));
});

/** The numbers of the lines of each process, by its host and commit, in the order of their coming. */
function numbers(one: FollowedLogs): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { host = '', message = '' } of one.events) {
    const [, commit, pid, number] = /^(\d+) (\d+) (\d+)$/.exec(message) ?? [];
    if (number === undefined) continue;
    const key = `${host} ${String(commit)} ${String(pid)}`;
    found.set(key, [...(found.get(key) ?? []), Number(number)]);
  }
  return found;
}

it('logs --follow shows each line of each release on each host once, in its order', async () => {
  const one = new FollowedLogs(workspace, 'shop', ['--source=web']);
  logs = one;
  await expect.poll(() => numbers(one).size, WAIT).toBe(2);
  await deploy(2);
  await deploy(3);
  await expect.poll(() => numbers(one).size, WAIT).toBe(6);
  await expect
    .poll(
      () => [...numbers(one)].filter(([key]) => key.includes(' 3 ')).map(([, of]) => of.length > 9),
      WAIT,
    )
    .toEqual([true, true]);
  expect(await one.interrupt()).toBe(130);
  for (const [key, found] of numbers(one)) {
    const [first = 0] = found;
    expect(found, key).toEqual(found.map((_, at) => first + at));
    // Those of the first release ran before.
    if (!key.includes(' 1 ')) expect(first, key).toBe(1);
  }
  // Merged by time: a line waits a quarter of a second for earlier ones.
  const times = one.events.flatMap(({ time }) => (time === undefined ? [] : [Date.parse(time)]));
  const late = times.filter(
    (time, at) => time < Math.max(...times.slice(Math.max(0, at - 200), at)) - 1000,
  );
  expect(late).toEqual([]);
});
