import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { INSECURE_PRIVATE_KEY } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

const PROGRAM = join(__dirname, '../../bin/fairness-deploy.js');

const names = ['web', 'work'] as const;
let workspace: CommandWorkspace;
let hosts: readonly TestHost[] = [];

beforeAll(async () => {
  workspace = new CommandWorkspace();
  hosts = await Promise.all(names.map((name) => startTestHost(`ssh-${name}`)));
  const byName = Object.fromEntries(names.map((name, at) => [name, hosts[at]]));
  workspace.describe('prod', byName as Record<string, TestHost>, {
    // Nobody has the password of these secrets, and ssh needs none.
    secrets: { names: { sudo: '' } },
  });
  workspace.write('environments/prod/secrets.yaml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
});
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  workspace.dispose();
});

function ssh(
  environment: string,
  words: readonly string[],
  home = '/nonexistent',
  variables: Readonly<Record<string, string>> = {},
) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'ssh', environment, ...words],
    {
      cwd: workspace.folder,
      encoding: 'utf8',
      env: { ...childEnvironment(), HOME: home, ...variables },
    },
  );
  return { status, stdout, stderr };
}

const leftOvers = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('fairness-deploy-ssh-'));

describe('ssh', () => {
  it('has standard output and the exit status for the command alone', () => {
    const command = "echo 'one two'; echo beside >&2; exit 7";
    const ended = { status: 7, stdout: 'one two\n', stderr: 'beside\n' };
    expect(ssh('prod', ['--host=web', '--', command])).toEqual(ended);
    expect(ssh('prod', ['--host=web', '--command', command])).toEqual(ended);
    expect(leftOvers()).toEqual([]);
  });

  it('runs a command that holds -- whole', () => {
    const command = 'printf "%s\\n" a -- b';
    expect(ssh('prod', ['--host', 'work', '--command', command]).stdout).toBe('a\n--\nb\n');
  });

  it('says on standard error what is wrong', () => {
    expect(ssh('prod', ['--', 'uptime'])).toEqual({
      ...{ status: 1, stdout: '' },
      stderr: `Cannot open ssh to a host of "prod": there are web, work\n  → npx nx run prod:ssh -- --host=web uptime\n`,
    });
    expect(ssh('nosuch', []).stderr).toContain('there is no such file');
  });

  it('goes through a jump host of ~/.ssh/config, and trusts pinned keys only, on the way as well', () => {
    const [web, work] = hosts.map(({ host }) => host);
    if (!web || !work) throw new Error('Cannot test: there are no hosts');
    workspace.write(
      'home/.ssh/config',
      `Host inner\n HostName ${work.address}\n User root\n IdentityFile ${work.identityFile}\n ProxyJump outer\n` +
        `Host outer\n HostName ${web.address}\n User root\n IdentityFile ${web.identityFile}\n`,
    );
    const pins = [web, work].map(({ knownHostsFile }) => readFileSync(knownHostsFile, 'utf8'));
    const home = join(workspace.folder, 'home');
    const asked = (known: string) => {
      workspace.write('environments/far/environment.yaml', 'hosts: { inner: }\n');
      workspace.write('environments/far/known_hosts', known);
      return ssh('far', ['--', 'echo $SSH_CLIENT'], home);
    };
    expect(asked(pins.join(''))).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(`${web.address} `) as string,
    });
    expect(asked(pins[1] ?? '').stderr).toBe(
      `Cannot open ssh to inner: no host key of jump host outer is pinned in ${workspace.folder}/environments/far/known_hosts\n  → npx nx run far:ping\n`,
    );
    // Another key than the pinned one.
    const [, other = ''] = pins;
    const swapped = other.replaceAll(work.address, web.address) + other;
    expect(asked(swapped)).toMatchObject({
      ...{ status: 255, stdout: '' },
      stderr: expect.stringContaining('Host key verification failed') as string,
    });
  });

  it('goes without an agent where SSH_AUTH_SOCK is empty', () => {
    const words = ['--host=web', '--', 'echo hello'];
    expect(ssh('prod', words, '/nonexistent', { SSH_AUTH_SOCK: '' })).toEqual({
      ...{ status: 0, stdout: 'hello\n', stderr: '' },
    });
  });

  it('opens a shell on a terminal', () => {
    const line = `${process.execPath} ${PROGRAM} ssh prod --host=web`;
    const output = execFileSync('script', ['-qec', line, '/dev/null'], {
      cwd: workspace.folder,
      input: 'test -t 0 && echo "on $(tty | cut -c1-8)"\nexit\n',
      encoding: 'utf8',
      env: { ...childEnvironment(), HOME: '/nonexistent' },
    });
    expect(output).toContain('on /dev/pts');
  });
});

describe("ssh with Vagrant's insecure key, which the host lets in", () => {
  const openssl = (...words: readonly string[]): string =>
    execFileSync('openssl', words, {
      ...{ input: INSECURE_PRIVATE_KEY, encoding: 'utf8', env: childEnvironment(), stdio: 'pipe' },
    });
  const forms: readonly (readonly [string, () => string])[] = [
    ['PKCS#8', () => openssl('pkcs8', '-topk8', '-nocrypt')],
    ['PEM below a comment', () => `# of the VM\n${INSECURE_PRIVATE_KEY}`],
    ['encrypted PEM', () => openssl('rsa', '-aes128', '-traditional', '-passout', 'pass:sesame')],
  ];
  /** It would open the encrypted file, as a person would. */
  const asks = {
    ...{ SSH_ASKPASS: '/var/empty/nobody', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
  };

  beforeAll(async () => {
    const [web] = hosts;
    if (!web) throw new Error('Cannot test: there are no hosts');
    workspace.write('key', INSECURE_PRIVATE_KEY);
    chmodSync(join(workspace.folder, 'key'), 0o600);
    const words = ['-y', '-f', join(workspace.folder, 'key')];
    const line = execFileSync('ssh-keygen', words, { env: childEnvironment(), encoding: 'utf8' });
    const connection = await web.connect();
    await connection.run(sh`printf '%s\n' ${line.trim()} >>/root/.ssh/authorized_keys`);
    await connection.close();
    workspace.write('askpass', '#!/bin/sh\necho sesame\n');
    chmodSync(join(workspace.folder, 'askpass'), 0o700);
    asks.SSH_ASKPASS = join(workspace.folder, 'askpass');
    const { knownHostsFile } = web.host;
    workspace.write('environments/pl/known_hosts', readFileSync(knownHostsFile, 'utf8'));
  });

  /** What `ssh pl -- id -un` says, with a file of the home folder, and one that the environment names. */
  function logIn(config: string, identityFile?: string) {
    const { address } = hosts[0]?.host ?? {};
    const named = identityFile === undefined ? '' : `, identityFile: ${identityFile}`;
    workspace.write(
      'environments/pl/environment.yaml',
      `hosts: { web: { address: ${String(address)}, user: root${named} } }\n`,
    );
    workspace.write('home/.ssh/config', config);
    return ssh('pl', ['--', 'id', '-un'], join(workspace.folder, 'home'), asks);
  }

  it.each(forms)('does not try it: %s', (form, content) => {
    const home = join(workspace.folder, 'home');
    workspace.write('home/.ssh/id_rsa', content());
    const file = join(home, '.ssh/id_rsa');
    chmodSync(file, 0o600);
    const why = form.startsWith('encrypted') ? 'nobody can tell which key it is' : 'it is Vagrant';
    for (const config of ['', 'Host *\n IdentityFile ~/.ssh/id_rsa\n']) {
      const { status, stdout, stderr } = logIn(config);
      expect({ status, stdout }).toEqual({ status: 255, stdout: '' });
      expect(stderr).toContain('Permission denied');
      expect(stderr).toContain(`Not tried: ${file}: ${why}`);
    }
    const { status, stdout, stderr } = logIn('', file);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^Cannot connect to web: \S+ (?:is|may be) Vagrant's insecure key/);
    rmSync(file);
  });

  it('tries the key of the host’s own', () => {
    const { identityFile = '' } = hosts[0]?.host ?? {};
    expect(logIn('', identityFile)).toEqual({ status: 0, stdout: 'root\n', stderr: '' });
  });
});
