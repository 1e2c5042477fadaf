import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { saying } from '@fairness-deploy/shell/testing';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { askVagrant, runVagrant } from './vagrant.js';

let workspace: CommandWorkspace;
/** A machine without Vagrant: Debian's is in /usr/bin. */
beforeEach(() => {
  workspace = new CommandWorkspace({ PATH: '/nonexistent' });
  workspace.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  workspace.dispose();
});

/** A process that has ended, and that nobody has waited for, has no command line. */
function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

/** Puts another program in Vagrant's place. */
function vagrantIs(script: string): void {
  workspace.write('vagrant/Vagrantfile', '');
  workspace.write('bin/vagrant', `#!/bin/sh\n${script}\n`);
  chmodSync(join(workspace.folder, 'bin/vagrant'), 0o755);
}

const path = (): string => `${join(workspace.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
const place = () => ({ folder: join(workspace.folder, 'vagrant'), environment: 'dev' });
const text = (file: string): string => {
  const whole = join(workspace.folder, file);
  return existsSync(whole) ? readFileSync(whole, 'utf8').trim() : '';
};

it.each(['up', 'ping', 'halt', 'tunnel', 'vm-status'])(
  'without Vagrant, %s says what to install, and names the sandbox',
  async (command) => {
    workspace.write('vagrant/Vagrantfile', '');
    const { status, output } = await workspace.run(command, 'dev');
    expect(status).toBe(1);
    expect(output).toContain(
      'Cannot run Vagrant: it is not installed on this machine\n' +
        '  → install it and a provider such as VirtualBox: https://developer.hashicorp.com/vagrant/install\n',
    );
    expect(output).toContain(
      'write "sandbox: {}" in place of "vagrant: {}" in environments/dev/environment.yaml, then npx nx run dev:up',
    );
  },
);

it('without a Vagrantfile, up says where one is', async () => {
  const { output } = await workspace.run('up', 'dev');
  expect(output).toContain(
    `Cannot run Vagrant: there is no ${workspace.folder}/vagrant/Vagrantfile\n  → copy the one`,
  );
});

it.each([
  ['vagrant', 'Vagrantfile'],
  ["Ann's VM", 'files/Vagrantfile.arm'],
])('the copy into the folder %s as %s can be pasted', async (folder, file) => {
  const section = JSON.stringify({ folder });
  const own = new CommandWorkspace({ PATH: '/nonexistent', VAGRANT_VAGRANTFILE: file });
  own.write('environments/dev/environment.yaml', `hosts: { web: }\nvagrant: ${section}\n`);
  const { output } = await own.run('up', 'dev');
  const command = /mkdir -p .*/.exec(output)?.[0] ?? 'false';
  execFileSync('/bin/sh', ['-c', command], { cwd: '/' });
  expect(readFileSync(join(own.folder, folder, file), 'utf8')).toBe(
    readFileSync(join(__dirname, '../../../../vagrant/Vagrantfile'), 'utf8'),
  );
  own.dispose();
});

it('a vagrant that is no answer is an error, and ends nothing else', async () => {
  vagrantIs('echo "out of order" >&2\nexit 3');
  const own = new CommandWorkspace({ PATH: join(workspace.folder, 'bin') });
  own.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
  own.write('vagrant/Vagrantfile', '');
  const { status, output } = await own.run('ping', 'dev');
  own.dispose();
  expect(status).toBe(1);
  expect(output).toContain(
    'Cannot reach host "web": Vagrant fails: out of order\n  → see what Vagrant knows: npx nx run dev:vagrant -- status\n',
  );
});

it('an up that fails names other providers, and the sandbox', async () => {
  vagrantIs('echo "Call to virConnectOpen failed" >&2\nexit 1');
  const own = new CommandWorkspace({ PATH: path() });
  own.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
  own.write('vagrant/Vagrantfile', '');
  const { output } = await own.run('up', 'dev');
  const halt = await own.run('halt', 'dev');
  own.dispose();
  expect(output).toContain(
    `Cannot run vagrant up: it has failed with 1
  → its output is above; to answer its questions, run it on this terminal: npx nx run dev:vagrant -- up
    or take another provider for a new VM: npx nx run dev:up --provider=virtualbox
    or use the sandbox, which needs no Vagrant: write "sandbox: {}"`,
  );
  expect(halt.output).not.toContain('--provider');
});

it('askVagrant() ends what Vagrant has started when it does not answer', async () => {
  vagrantIs('sleep 60 & echo $! >../started; wait');
  vi.stubEnv('PATH', path());
  await expect(askVagrant(place(), ['status'], 0.5)).rejects.toThrow(
    saying(
      'Cannot run vagrant status: it has not answered for 0.5 seconds\n  → see what it waits for: npx nx run dev:vagrant -- status',
    ),
  );
  const pid = text('started');
  expect(pid).toMatch(/^\d+$/);
  onTestFinished(() => {
    if (isRunning(pid)) process.kill(Number(pid), 'SIGKILL');
  });
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
});

it('a daemon that holds the output does not keep the command', async () => {
  vagrantIs('sleep 60 & echo $! >../started; echo done');
  vi.stubEnv('PATH', path());
  const lines: string[] = [];
  const tell = (line: string): void => void lines.push(line);
  const { signal } = new AbortController();
  expect(await runVagrant(place(), ['up'], { tell, signal })).toBe(0);
  expect(lines).toEqual(['done']);
  // It is left alone.
  process.kill(Number(text('started')), 'SIGKILL');
});

it.each(['SIGTERM', 'SIGINT'] as const)('up lets Vagrant end after %s', async (signal) => {
  vagrantIs(
    'trap "sleep 0.3; echo once >>../ended; exit 1" INT\ntouch ../started\nwhile :; do sleep 0.1; done',
  );
  const own = new CommandWorkspace({ PATH: path() });
  own.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
  own.write('vagrant/Vagrantfile', '');
  const client = own.start('up', 'dev');
  await expect.poll(() => existsSync(join(own.folder, 'started')), { timeout: 10_000 }).toBe(true);
  client.kill(signal);
  expect(await once(client, 'close')).toEqual([signal === 'SIGINT' ? 130 : 143, null]);
  expect(readFileSync(join(own.folder, 'ended'), 'utf8')).toBe('once\n');
  own.dispose();
});

it.each([
  ['up', []],
  ['vagrant', ['--', 'up']],
])('%s %j keeps the keys of VMs out of git before Vagrant makes them', async (command, words) => {
  vagrantIs('cat .vagrant/.gitignore >../ignored; exit 1');
  const own = new CommandWorkspace({ PATH: path() });
  own.write('environments/dev/environment.yaml', 'hosts: { web: }\nvagrant: {}\n');
  own.write('vagrant/Vagrantfile', '');
  expect((await own.run(command, 'dev', ...words)).status).toBe(1);
  expect(readFileSync(join(own.folder, 'ignored'), 'utf8')).toBe('*\n');
  own.dispose();
});
