import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostKey } from '../driver/host-id.js';
import { findHost } from '../drivers.js';
import { prepareContainers } from '../testing/prepare-containers.js';

const REPOSITORY = join(__dirname, '../../../..');
const PROGRAM = join(REPOSITORY, 'packages/core/bin/fairness-deploy.js');
const FILE = 'environments/local/environment.yaml';
const DRIVERS = [
  { driver: 'nspawn', login: /^up: root@10\.[\d.]+$/, address: '10[.][0-9.]+' },
  { driver: 'container', login: /^up: root@127\.0\.0\.1:\d+$/, address: '127.0.0.1:[0-9]+' },
] as const;

describe.each(DRIVERS)('the commands with the driver $driver', ({ driver, login, address }) => {
  // Nobody has the password of its secrets, and none is needed.
  const ENVIRONMENT = `sandbox: { driver: ${driver} }
hosts: { web: { sudoPassword: '\${secrets.sudo}' }, work: {} }
secrets: { names: { sudo: '' } }
`;

  let workspace: TemporaryWorkspace;
  beforeAll(async () => {
    if (driver === 'container') await prepareContainers(console.log);
    workspace = temporaryWorkspace({
      [FILE]: ENVIRONMENT,
      'environments/local/secrets.yaml': '$ANSIBLE_VAULT;1.1;AES256\n00\n',
      'environments/prod/environment.yaml': 'hosts: { web: { address: 203.0.113.10 } }\n',
    });
    cpSync(join(REPOSITORY, 'nx.json'), join(workspace.folder, 'nx.json'));
    symlinkSync(join(REPOSITORY, 'node_modules'), join(workspace.folder, 'node_modules'));
  });
  afterEach(() => {
    workspace.write(FILE, ENVIRONMENT);
  });
  afterAll(() => {
    deploy('down', 'local');
    workspace.dispose();
  });

  function deploy(...words: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...words], {
      cwd: workspace.folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  /** The events of a command, with what differs from run to run left out. */
  function events(...words: readonly string[]) {
    const { status, stdout, stderr } = deploy(...words, '--json');
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    return {
      status,
      events: lines.map(
        (line) =>
          JSON.parse(line, (key, value: unknown) =>
            key === 'milliseconds' ? undefined : value,
          ) as Readonly<Record<string, unknown>>,
      ),
    };
  }

  const isUp = async (host: string): Promise<boolean> =>
    (await findHost(hostKey('local', host, workspace.folder)))?.status === 'running';

  const step = (name: string, host?: string) => [
    { type: 'step-started', name, ...(host !== undefined && { host }) },
    { type: 'step-ended', name, status: 'done', ...(host !== undefined && { host }) },
  ];
  const stopped = (host: string) => [
    ...step('stop', host),
    { type: 'host-ended', host, outcome: 'changed', summary: 'gone' },
  ];

  describe('up', () => {
    it('reports its steps, on the hosts that it is limited to, without their secrets', async () => {
      const { status, events: reported } = events('up', 'local', '--limit=web');
      expect(status).toBe(0);
      expect(reported).toEqual([
        { type: 'started', command: 'up', environment: 'local', hosts: ['web'] },
        {
          type: 'notice',
          text: expect.stringMatching(`^Driver: ${driver} .*, as asked for$`) as string,
        },
        ...step('prerequisites of this machine'),
        ...step('Debian base of the hosts'),
        ...step('boot', 'web'),
        {
          ...{ type: 'host-ended', host: 'web', outcome: 'changed' },
          summary: expect.stringMatching(login) as string,
        },
        { type: 'notice', text: 'Next: npx nx run local:provision' },
        { type: 'ended', success: true },
      ]);
      expect([await isUp('web'), await isUp('work')]).toEqual([true, false]);
    });

    it('leaves a host that is up alone, and boots the other', () => {
      const { stdout } = deploy('up', 'local');
      expect(stdout).toMatch(/^up local: web, work\n/);
      expect(stdout).toMatch(/^work {2}up: root@/m);
      const { events: again } = events('up', 'local');
      expect(again.filter(({ type }) => type === 'host-ended')).toMatchObject([
        { outcome: 'unchanged' },
        { outcome: 'unchanged' },
      ]);
    });

    it('refuses another driver than the one that has the host, and says what to do', () => {
      const other = driver === 'nspawn' ? 'container' : 'nspawn';
      const { status, stdout } = deploy('up', 'local', '--limit=web', `--driver=${other}`);
      expect(status).toBe(1);
      expect(stdout).toContain(
        `Cannot start host "web.local" with the driver ${other}: ${driver} has it\n  → take it down first: npx nx run local:down\n    or keep its driver: npx nx run local:up --driver=${driver}`,
      );
    });

    it('says after Ctrl-C what stays, and what to do', async () => {
      const child = spawn(process.execPath, [PROGRAM, 'up', 'local', '--json'], {
        cwd: workspace.folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        if (output === '') child.kill('SIGINT');
        output += chunk.toString();
      });
      const [code] = (await once(child, 'close')) as [number];
      expect(code).toBe(130);
      expect(output).toContain(
        '"message":"Interrupted","hint":"Hosts that are up stay: npx nx run local:up continues, npx nx run local:down takes them down"',
      );
      expect(output).toMatch(/"type":"ended","success":false,[^\n]*\n$/);
    });
  });

  describe('sandboxes', () => {
    it('lists them, as an event too', () => {
      expect(deploy('sandboxes', 'local').stdout).toMatch(
        new RegExp(`^web\\.local +running +${driver} +${address} `, 'm'),
      );
      const { events: reported } = events('sandboxes', 'local');
      const own = (reported[1]?.['hosts'] as readonly { readonly workspace: string }[]).filter(
        (host) => host.workspace === workspace.folder,
      );
      expect(reported[1]?.['type']).toBe('sandboxes');
      expect(own).toMatchObject([
        { name: 'web.local', status: 'running' },
        { name: 'work.local', status: 'running' },
      ]);
    });
  });

  describe('down', () => {
    it('refuses a host that is not up', () => {
      const { status, stdout } = deploy('down', 'local', '--limit=nosuch');
      expect(status).toBe(1);
      expect(stdout).toContain('Cannot limit to nosuch: the hosts that are up are web, work\n');
    });

    it('takes down what is up where the file is broken', async () => {
      workspace.write(FILE, 'hosts: [\n');
      const { status, events: reported } = events('down', 'local', '--limit=work');
      expect(status).toBe(0);
      expect(reported).toEqual([
        { type: 'started', command: 'down', environment: 'local', hosts: ['work'] },
        ...stopped('work'),
        { type: 'ended', success: true },
      ]);
      expect([await isUp('web'), await isUp('work')]).toEqual([true, false]);
    });

    it('takes down what is up where the environment is gone, and then knows none of that name', async () => {
      const folder = join(workspace.folder, 'environments/local');
      renameSync(folder, join(workspace.folder, 'away'));
      const { status } = deploy('down', 'local');
      const after = deploy('down', 'local');
      renameSync(join(workspace.folder, 'away'), folder);
      expect(status).toBe(0);
      expect(await isUp('web')).toBe(false);
      expect(after.status).toBe(1);
      expect(after.stdout).toContain('there is no such file');
    });

    it('says that no host is up', () => {
      expect(deploy('down', 'local')).toMatchObject({
        status: 0,
        stdout: expect.stringContaining('down local\nNo host is up\n') as string,
      });
    });
  });

  describe.each(['up', 'down'])('%s', (command) => {
    it('refuses an environment whose hosts are machines of their own', () => {
      const { status, stdout, stderr } = deploy(command, 'prod');
      expect(status).toBe(1);
      expect(stdout + stderr).toContain(
        `Cannot run ${command} on prod: it has no section "sandbox"\n  → add "sandbox:" to its environment.yaml`,
      );
    });

    it('refuses an environment that there isn’t', () => {
      const { status, stdout, stderr } = deploy(command, 'nosuch');
      expect(status).toBe(1);
      expect(stdout + stderr).toContain('there is no such file');
    });
  });
});
