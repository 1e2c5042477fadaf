import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleEnvironment } from '@fairness-deploy/core/testing';
import type { Application } from '@fairness-deploy/core';
import { gateway } from '@fairness-deploy/sandbox';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Site } from '../testing/site.js';
import { repositoryIn } from '../testing/repository-in.js';
import { trialReader } from './trial-reader.js';
import { runTrial } from './trial.js';

const folder = mkdtempSync(join(tmpdir(), 'fd-trial-'));
let test: TestHost;
let connection: Connection;
let site: Site;

/** It answers 200 only with the right variable, and the worker would leave a file. */
const SERVER = `
require('http').createServer(({ url }, response) => {
  const { DATABASE, COMMIT, OTHER } = process.env;
  console.log('asked for', url);
  response.statusCode = DATABASE === "it's a copy" && COMMIT && OTHER === process.env.PORT ? 200 : 500;
  response.end();
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

beforeAll(async () => {
  test = await startTestHost('trial');
  connection = await test.connect();
  const node = { version: process.versions.node, mirror: gateway.nodeMirror };
  const repository = repositoryIn(folder);
  site = new Site(connection, node, 'shop', 3000, '/srv/shop', 'shop', repository);
  await site.provision();
  site.repository.write('trial.js', SERVER);
  site.repository.write(
    'worker.js',
    "require('fs').writeFileSync('/srv/shop/shared/home/worked', '')",
  );
  site.repository.commit('one');
  await site.deploy();
});
afterAll(async () => {
  await connection.close();
  await test.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a trial of the live release with these processes' settings. */
async function trial(
  of: {
    database?: string;
    command?: readonly string[];
    deadline?: number;
    /** Between the plan and the trial. */
    meanwhile?: () => Promise<unknown>;
  } = {},
) {
  const { database = "it's a copy", command = ['node', 'trial.js'], deadline = 20 } = of;
  const { meanwhile = () => Promise.resolve() } = of;
  const { application } = site;
  const [web] = application.processes;
  if (!web) throw new Error('no process');
  const env = { DATABASE: Text.of(new Secret('name', database)), OTHER: Text.of('\0port web\0') };
  const changed: Application = {
    ...application,
    processes: [
      { ...web, command, env, health: { ...web.health, deadline } },
      { ...web, name: 'worker', port: undefined, command: ['node', 'worker.js'] } as never,
    ],
  };
  const environment = exampleEnvironment({ application: changed });
  const { script, parse } = trialReader(environment);
  const live = parse(await site.run(script));
  if (!live) throw new Error('nothing is live');
  const planned = runTrial(environment, live, 'fd-trial-test');
  await meanwhile();
  const { status, stdout, stderr } = await connection.run(sh`
    set -eu
    ${planned}`);
  const left = await site.run(sh`
    systemctl list-units --all --no-legend 'fd-trial-test*'
    ls -d /tmp/tmp.* 2>/dev/null || :
    ls /srv/shop/shared/home/worked 2>/dev/null || :`);
  return { status, said: stdout.toString(), stderr, left };
}

describe('a trial', () => {
  it('runs the processes of the live release with other variables, on free ports, and ends them', async () => {
    const { status, said, stderr, left } = await trial();
    expect(stderr).toBe('');
    expect(said).toBe('web is healthy\n');
    expect(status).toBe(0);
    expect(left).toBe('');
    expect(await site.serving()).not.toBe('');
  });

  it('chooses its ports when it starts: one may have been taken since it was planned', async () => {
    const listen = sh`
      systemd-run --quiet --collect --unit=fd-taken -- /usr/local/bin/node -e ${'require("http").createServer((_, answer) => { answer.statusCode = 503; answer.end(); }).listen(20000, "127.0.0.1")'}
      until [ -n "$(ss -Hltn 'sport = :20000')" ]; do sleep 0.1; done`;
    const { status, said, stderr } = await trial({ meanwhile: () => site.run(listen) });
    const still = await site.run(sh`
      curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:20000/
      systemctl stop fd-taken`);
    expect(stderr).toBe('');
    expect([status, said]).toEqual([0, 'web is healthy\n']);
    expect(still).toBe('503');
  });

  it('fails when a process is not healthy, with the end of its output', async () => {
    const { status, stderr, left } = await trial({ database: 'other', deadline: 3 });
    expect(stderr).toContain('asked for /health');
    expect(stderr).toMatch(/Cannot use web in the trial: http:\S+\/health answers 500, not 200\n$/);
    expect(status).toBe(1);
    expect(left).toBe('');
  });

  it('fails at once when a process ends', async () => {
    const { status, stderr, left } = await trial({
      command: ['node', '-e', 'console.log("no database"); process.exit(3)'],
    });
    expect(stderr).toContain('no database\n');
    expect(stderr).toMatch(/Cannot use web in the trial: it ended by itself\n$/);
    expect(status).toBe(1);
    expect(left).toBe('');
  });
});
