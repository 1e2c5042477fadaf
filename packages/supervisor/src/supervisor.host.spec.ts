import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  aptPackages,
  sh,
  sshTransport,
  type Connection,
  type Release,
  type Resource,
  type Script,
} from '@fairness-deploy/core';
import { startHost, stopHost } from '@fairness-deploy/sandbox';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkResourceContract } from '@fairness-deploy/core/testing';
import { plugin } from './deployment.js';
import { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';
import { sectionSchema } from './section.js';
import { supervisorProgram } from './supervisor-program.js';
import { environment, host } from './testing/environment.js';

const workspace = mkdtempSync(join(tmpdir(), 'supervisor-'));
const key = { workspace, name: 'supervisor' };
let connection: Connection;

beforeAll(async () => {
  const host = await startHost(key);
  connection = await sshTransport().connect({ ...host, sudo: false });
  await succeed(aptPackages({ names: ['supervisor'] }).plan('')?.apply ?? sh`false`);
  // Stands in for Node.js, which this package doesn't install: it runs a shell script.
  await succeed(sh`
    useradd --system --home-dir /srv/shop shop
    mkdir -p /opt/node/20.20.2/bin /srv/shop/releases /srv/shop/shared/env
    chown -R shop: /srv/shop
    ln -s /bin/sh /opt/node/20.20.2/bin/node`);
});
afterAll(async () => {
  await connection.close();
  await stopHost(key);
  rmSync(workspace, { recursive: true });
});

const run = async (script: Script) => {
  const { status, stdout, stderr } = await connection.run(sh`
    fd_test() {
    set -eu
    ${script}
    }
    ( fd_test ) </dev/null`);
  return { status, stdout, stderr, text: stdout.toString() };
};

async function succeed(script: Script): Promise<string> {
  const { status, text, stderr } = await run(script);
  expect({ status, stderr: status === 0 ? '' : stderr + text }).toEqual({ status: 0, stderr: '' });
  return text;
}

/** As the engine does it: all that differs, one after the other, whatever fails. */
async function provision(resources: readonly Resource[]): Promise<Record<string, string>> {
  const ends = new Map<string, string>();
  for (const resource of resources) {
    const change = resource.plan(await succeed(resource.read));
    if (!change) continue;
    const { status, text, stderr } = await run(change.apply);
    ends.set(resource.address, status === 0 ? 'done' : text + stderr);
  }
  return Object.fromEntries(ends);
}

const context = (section: unknown = {}) => ({
  environment,
  host,
  section: sectionSchema.parse(section),
});
const resources = (section?: unknown) => plugin.resources?.(context(section)) ?? [];
const steps = (release: Release) => plugin.releaseSteps?.(context(), release) ?? [];

const states = sh`supervisorctl status || :`;
const pids = sh`supervisorctl pid shop-api || :; supervisorctl pid shop-client || :`;

/** A release whose processes run a shell script. */
async function release(id: string, script: Script): Promise<Release> {
  const path = `/srv/shop/releases/${id}`;
  const environmentFile = `/srv/shop/shared/env/${id}`;
  await succeed(sh`
    mkdir ${path}
    printf '%s\n' ${script.reveal()} >${`${path}/main.sh`}
    printf '%s\n' ${`RELEASE='${id}'`} >${environmentFile}
    chown shop: ${environmentFile}
    chmod 600 ${environmentFile}`);
  return { id, commit: id, path, environmentFile };
}

const activate = (id: string) => sh`ln -sfn ${`/srv/shop/releases/${id}`} /srv/shop/current`;

/** What a good release's processes do: tell what they got, and stay. */
const STAY = sh`
  echo "$0 $1 port=$PORT token=\${TOKEN-none} release=$RELEASE home=$HOME cwd=$(pwd) user=$(id -un)"
  trap 'exit 0' TERM
  while :; do sleep 0.1; done`;

describe('Supervisor on a real host', () => {
  it('sets up the programs, which wait for a release, and finds nothing to do then', async () => {
    expect(new Set(Object.values(await provision(resources())))).toEqual(new Set(['done']));
    expect(await provision(resources())).toEqual({});
    await succeed(sh`until [ "$(supervisorctl status | grep -c EXITED)" = 2 ]; do sleep 0.5; done`);
    expect(await succeed(sh`cat /var/log/shop/api.log`)).toBe(
      'api has no release to run yet: /srv/shop/current leads nowhere. Deploy one.\n',
    );
    const { status, text } = await run(plugin.status?.(context()) ?? sh`false`);
    expect(text).toMatch(/^api: EXITED, .*\napi has no release to run yet.*\nclient: EXITED, /);
    expect(status).toBe(1);
  });

  it('starts a release, each process with its own environment, in the release that the link led to', async () => {
    const first = await release('r1', STAY);
    const [environmentOf, stopApi, stopClient, startApi, startClient] = steps(first);
    expect(steps(first).map(({ phase, name }) => `${phase}: ${name}`)).toEqual([
      'install: environment of api',
      'stop: stop api',
      'stop: stop client',
      'start: start api',
      'start: start client',
    ]);
    for (const step of [environmentOf, stopApi, stopClient]) await succeed(step?.run ?? sh`false`);
    expect(await succeed(sh`stat -c '%a %U' /srv/shop/shared/env/r1.api`)).toBe('600 shop\n');
    await succeed(activate('r1'));
    for (const step of [startApi, startClient]) await succeed(step?.run ?? sh`false`);
    expect(
      await succeed(sh`tail -n 1 /var/log/shop/api.log; tail -n 1 /var/log/shop/client.log`),
    ).toBe(
      ['api', 'client']
        .map(
          (name, at) =>
            `main.sh it's ${name}; #1 $HOME %(here)s port=${String(3000 + at)} token=${at === 0 ? "s3cr3t 'quoted' $HOME" : 'none'} release=r1 home=/srv/shop/shared/home cwd=/srv/shop/releases/r1 user=shop\n`,
        )
        .join(''),
    );
    const { status, text } = await run(plugin.status?.(context()) ?? sh`false`);
    expect(text).toMatch(/^api: RUNNING, uptime .*, release r1\nclient: RUNNING, /);
    expect(status).toBe(0);
    expect(await succeed(sh`grep -rl s3cr3t /etc /usr/local /var/log/supervisor || :`)).toBe('');
  });

  it('shows why a release does not start, and its undo brings the old one back', async () => {
    const bad = await release(
      'r2',
      sh`
      echo 'Error: no database' >&2
      exit 3`,
    );
    const [environmentOf, stopApi, stopClient, startApi] = steps(bad);
    for (const step of [environmentOf, stopApi, stopClient]) await succeed(step?.run ?? sh`false`);
    await succeed(activate('r2'));
    const { status, stderr } = await run(startApi?.run ?? sh`true`);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^The last lines of \/var\/log\/shop\/api.log:\n(Error: no database\n)+Cannot start api: it does not stay up\n$/,
    );
    // As the engine does: the last first, the failed one as well; the link is the release's.
    await succeed(startApi?.undo ?? sh`false`);
    await succeed(activate('r1'));
    for (const step of [stopClient, stopApi, environmentOf]) await succeed(step?.undo ?? sh`false`);
    expect(await succeed(states)).toMatch(/shop-api +RUNNING .*\nshop-client +RUNNING /);
    expect(
      await succeed(
        sh`readlink "/proc/$(supervisorctl pid shop-api)/cwd"; ls /srv/shop/shared/env`,
      ),
    ).toBe('/srv/shop/releases/r1\nr1\nr1.api\nr2\n');
  });

  it('restarts a process that ends by itself, and stops it with all that it started', async () => {
    const before = (await succeed(pids)).split('\n')[0] ?? '';
    await succeed(sh`
      kill ${before}
      until fd_now=$(supervisorctl pid shop-api) && [ "$fd_now" != ${before} ]; do sleep 0.5; done`);
    const [, stopApi, , startApi] = steps({
      id: 'r1',
      commit: '',
      path: '/srv/shop/releases/r1',
      environmentFile: '/srv/shop/shared/env/r1',
    });
    await succeed(stopApi?.run ?? sh`false`);
    expect(await succeed(sh`pgrep -u shop -fc 'main.sh it.s api' || :`)).toBe('0\n');
    await succeed(stopApi?.run ?? sh`false`);
    await succeed(startApi?.run ?? sh`false`);
  });

  it('fails the start when something else than the release runs', async () => {
    const other = await release('r3', STAY);
    const { status, stderr } = await run(steps(other)[3]?.run ?? sh`true`);
    expect(status).toBe(1);
    expect(stderr).toContain(
      'api runs in /srv/shop/releases/r1\nCannot start api: what runs is not the release /srv/shop/releases/r3\n',
    );
  });

  it('restarts only a program whose configuration has changed', async () => {
    const [api, client] = (await succeed(pids)).split('\n');
    const changed = resources().map((resource, at) =>
      resource.address === 'supervisor-program:shop-client'
        ? (resources({ stopSeconds: 5 })[at] ?? resource)
        : resource,
    );
    expect(await provision(changed)).toEqual({ 'supervisor-program:shop-client': 'done' });
    const after = (await succeed(pids)).split('\n');
    expect(after[0]).toBe(api);
    expect(after[1]).not.toBe(client);
    await provision(resources());
  });

  it('supervisorProgram() lives as a resource does', async () => {
    const configuration = (seconds: number) =>
      `[program:test]\ncommand=/bin/sleep ${String(seconds)}\n`;
    await checkResourceContract({
      run,
      resource: supervisorProgram({ name: 'test', configuration: configuration(1000) }),
      drift: sh`
        printf '[program:test]\ncommand=/bin/sleep 3000\n' >/etc/supervisor/conf.d/test.conf
        chmod 600 /etc/supervisor/conf.d/test.conf
        supervisorctl update test`,
      changed: supervisorProgram({ name: 'test', configuration: configuration(2000) }),
      absent: supervisorProgram({ name: 'test' }, { ensure: 'absent' }),
    });
    expect(await succeed(states)).not.toContain('test');
    expect(await succeed(sh`pgrep -fc '/bin/sleep [123]000' || :`)).toBe('0\n');
  });

  it('finishes what an interrupted run began', async () => {
    const resource = supervisorProgram({
      name: 'late',
      configuration: '[program:late]\ncommand=/bin/sleep 1000\n',
    });
    await provision([resource]);
    // As if killed between the rename and the update.
    await succeed(sh`
      printf '[program:late]\ncommand=/bin/sleep 2000\n' >/etc/supervisor/conf.d/late.conf
      supervisorctl update late
      printf '[program:late]\ncommand=/bin/sleep 1000\n' >/etc/supervisor/conf.d/late.conf`);
    expect(await provision([resource])).toEqual({ 'supervisor-program:late': 'done' });
    expect(await succeed(sh`pgrep -fc '/bin/sleep 1000'`)).toBe('1\n');
    await succeed(sh`rm /etc/supervisor/conf.d/late.conf`);
    const absent = supervisorProgram({ name: 'late' }, { ensure: 'absent' });
    expect(await provision([absent])).toEqual({ 'supervisor-program:late': 'done' });
    expect(await provision([absent])).toEqual({});
    expect(await succeed(states)).not.toContain('late');
  });

  it.each([
    ['not a configuration file', 'x'],
    ['a value with a %', '[program:broken]\ncommand=/bin/true %x\n'],
    ['environment=', '[program:broken]\ncommand=/bin/true\nenvironment=A="s3cr3t",B\n'],
    [
      'a folder that is missing',
      '[program:broken]\ncommand=/bin/true\nstdout_logfile=/nowhere/at/all.log\n',
    ],
    ['a user that is missing', '[program:broken]\ncommand=/bin/true\nuser=nobody-at-all\n'],
    ['another program', '[program:else]\ncommand=/bin/true\n'],
  ])(
    'refuses a broken program (%s), names it, and leaves the others alone',
    async (_, configuration) => {
      const before = await succeed(pids);
      const ended = await provision([supervisorProgram({ name: 'broken', configuration })]);
      expect(ended['supervisor-program:broken']).toMatch(
        /^Cannot use the configuration of Supervisor: \/etc\/supervisor\/conf\.d\/broken\.conf/,
      );
      expect(ended['supervisor-program:broken']).not.toContain('s3cr3t');
      expect(await succeed(sh`ls -A /etc/supervisor/conf.d`)).toBe(
        'shop-api.conf\nshop-client.conf\n',
      );
      expect(await succeed(pids)).toBe(before);
      expect(await provision(resources())).toEqual({});
    },
  );

  it("names somebody else's broken file, and mends several of its own", async () => {
    await succeed(
      sh`printf '[program:theirs]\ncommand=/bin/true\nenvironment=A="s3cr3t\n' >/etc/supervisor/conf.d/theirs.conf`,
    );
    const own = (seconds: number) =>
      ['one', 'two'].map((name) =>
        supervisorProgram({
          name,
          configuration: `[program:${name}]\ncommand=/bin/sleep ${String(seconds)}\n`,
        }),
      );
    for (const end of Object.values(await provision(own(1000)))) {
      expect(end).toContain('/etc/supervisor/conf.d/theirs.conf');
      expect(end).not.toContain('s3cr3t');
    }
    await succeed(sh`rm /etc/supervisor/conf.d/theirs.conf`);
    expect(new Set(Object.values(await provision(own(1000))))).toEqual(new Set(['done']));
    expect(await provision(own(1000))).toEqual({});
    await succeed(
      sh`for name in one two; do echo garbage >/etc/supervisor/conf.d/$name.conf; done`,
    );
    await provision(own(2000));
    await provision(own(2000));
    expect(await provision(own(2000))).toEqual({});
    expect(await succeed(sh`pgrep -fc '/bin/sleep 2000'`)).toBe('2\n');
    await provision(
      ['one', 'two'].map((name) => supervisorProgram({ name }, { ensure: 'absent' })),
    );
  });

  it('comes up again when a broken program of its own has kept supervisord from starting', async () => {
    await succeed(sh`
      systemctl stop supervisor
      echo garbage >/etc/supervisor/conf.d/shop-api.conf
      systemctl start supervisor || :
      sleep 1
      # It would be tried again after 50 seconds, and a start before that waits for it.
      systemctl stop supervisor`);
    expect(await provision(resources())).toEqual({
      'supervisor-program:shop-api': 'done',
      'service:supervisor': 'done',
    });
    expect(await provision(resources())).toEqual({});
    const [, , , startApi] = steps({
      id: 'r1',
      commit: '',
      path: '/srv/shop/releases/r1',
      environmentFile: '/srv/shop/shared/env/r1',
    });
    // Right after its start it has no socket yet.
    await succeed(sh`systemctl restart supervisor; ${startApi?.run ?? sh`false`}`);
  });

  it('reads back, with its own parser, any text that was quoted for it', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 30 })
      .map((any) => any.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '').replaceAll('%(here)s', ''));
    const samples = fc
      .sample(fc.array(text, { minLength: 1, maxLength: 4 }), 200)
      .map((words) => ['/x', ...words]);
    const commands = samples.map((words) => quoteCommand(words));
    const values = fc.sample(text, 300).filter((value) => {
      try {
        return quoteValue(value) !== '';
      } catch {
        return false;
      }
    });
    const configuration = [
      ...commands.map((command, at) => `[program:c${String(at)}]\ncommand=${command}`),
      ...values.map(
        (value, at) =>
          `[program:v${String(at)}]\ncommand=/x\ndirectory=${quoteValue(value)}\nstdout_logfile=${quoteLogFile(`/tmp/x${value.replaceAll('/', '')}`.trimEnd())}`,
      ),
    ].join('\n');
    await succeed(sh`printf '%s\n' '[supervisord]' ${configuration} >/tmp/quoting.conf`);
    const parsed: unknown = JSON.parse(
      await succeed(
        sh`/usr/bin/python3 -c ${`
import json, shlex
from supervisor import options
server = options.ServerOptions()
server.configfile = '/tmp/quoting.conf'
server.process_config_file(False)
programs = {}
for group in server.configroot.supervisord.process_group_configs:
    for program in group.process_configs:
        programs[program.name] = program
print(json.dumps([
  [shlex.split(programs['c%d' % at].command) for at in range(${String(commands.length)})],
  [[programs['v%d' % at].directory, programs['v%d' % at].stdout_logfile] for at in range(${String(values.length)})],
]))
`}`,
      ),
    );
    expect(values.length).toBeGreaterThan(100);
    expect(parsed).toEqual([
      samples,
      values.map((value) => [value, `/tmp/x${value.replaceAll('/', '')}`.trimEnd()]),
    ]);
  });
});
