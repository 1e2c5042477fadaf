import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { importOf } from '../testing/import-of.js';
import { vaultValue, type SetUpContent } from '../testing/set-up-folder.js';

const parsed = (text: string): unknown => parse(text) as unknown;
const prod = async (content: SetUpContent): Promise<unknown> =>
  parsed(
    (await importOf({ 'vault-password': 'one\n', ...content }, { vaultPasswordFile: [] })).text(
      'environments/prod/environment.yaml',
    ),
  );

describe('the hosts of an environment', () => {
  it.each([
    ['a name alone', 'web1.example.org', { address: 'web1.example.org' }],
    ['a port behind it', 'web1:2222', { address: 'web1', port: 2222 }],
    ['port 22', 'web1 ansible_port=22', { address: 'web1' }],
    [
      'an address',
      'web1 ansible_host=10.0.0.1 ansible_user=debian',
      { address: '10.0.0.1', user: 'debian' },
    ],
    [
      'the old names',
      'web1 ansible_ssh_host=10.0.0.1 ansible_ssh_user=x ansible_ssh_port=23',
      { address: '10.0.0.1', user: 'x', port: 23 },
    ],
    ['an IPv6 address', 'web1 ansible_host=2001:db8::1', { address: '2001:db8::1' }],
    [
      'a key',
      'web1 ansible_ssh_private_key_file=~/.ssh/deploy',
      { address: 'web1', identityFile: '~/.ssh/deploy' },
    ],
    [
      'a key by another name',
      'web1 ansible_private_key_file=/keys/a',
      { address: 'web1', identityFile: '/keys/a' },
    ],
    [
      'options of ssh',
      'web1 ansible_ssh_common_args=\'-p 2200 -o User=ann -o "IdentityFile ~/.ssh/k"\'',
      { address: 'web1', port: 2200, user: 'ann', identityFile: '~/.ssh/k' },
    ],
    [
      'no sudo',
      'web1 ansible_user=ann ansible_become=no',
      { address: 'web1', user: 'ann', sudo: false },
    ],
    [
      'sudo',
      'web1 ansible_user=ann ansible_become=true ansible_become_method=sudo',
      { address: 'web1', user: 'ann' },
    ],
    [
      'a template',
      "web1 ansible_host='{{ inventory_hostname }}.example.org'",
      { address: 'web1.example.org' },
    ],
  ])('are translated: %s', async (_what, line, expected) => {
    expect(await prod({ hosts: `[web]\n${line}\n` })).toMatchObject({ hosts: { web: expected } });
    const { hosts } = (await prod({ hosts: `[web]\n${line}\n` })) as { hosts: { web: object } };
    expect(hosts.web).toEqual(expected);
  });

  it('have the password of sudo as a secret', async () => {
    const { text, files } = await importOf({
      'vault-password': 'one\n',
      'ansible.cfg': '[defaults]\nvault_password_file = vault-password\n',
      'hosts.yml': `web:\n  hosts:\n    a: {ansible_become_password: hunter2}\n    b:\n      ansible_become_password: ${vaultValue('hunter3', 'one')}\n`,
    });
    expect(parsed(text('environments/prod/environment.yaml'))).toMatchObject({
      hosts: {
        a: { sudoPassword: '${secrets.sudo_password}' },
        b: { sudoPassword: '${secrets.ansible_become_password}' },
      },
    });
    expect(files.map(({ content }) => content).join('')).not.toContain('hunter');
  });

  it('have the defaults of ansible.cfg', async () => {
    expect(
      await prod({
        hosts: '[web]\na\n',
        'ansible.cfg':
          '[defaults]\nremote_user = ann ; not root\nremote_port=2222\nprivate_key_file = ~/.ssh/k\n',
      }),
    ).toMatchObject({ hosts: { web: { user: 'ann', port: 2222, identityFile: '~/.ssh/k' } } });
  });

  it('have roles where their groups differ, and sections are for the hosts of the plays', async () => {
    const { text } = await importOf({
      hosts:
        '[web]\na\nb\n[db_servers]\nc\n[web:vars]\ngit_repo=https://x/shop.git\napi_port=3000\n',
      'site.yml': '- hosts: web\n  roles: []\n',
    });
    const own = parsed(text('environments/prod/environment.yaml'));
    expect(own).toMatchObject({ hosts: { a: { roles: ['web'] }, c: { roles: ['db-servers'] } } });
    const shared = parsed(text('environments/shop.yaml'));
    expect(shared).toMatchObject({
      release: { on: 'web' },
      nginx: { on: 'web' },
      supervisor: { on: 'web' },
    });
  });
});

describe('what cannot be translated', () => {
  it.each<[string, SetUpContent, string]>([
    [
      'another connection',
      { hosts: 'a ansible_connection=docker\n' },
      'untranslated hosts:1: the host "a": ansible_connection is "docker", expected ssh: other connection plugins have no counterpart',
    ],
    [
      'another way to become root',
      { hosts: 'a ansible_become_method=su\n' },
      'untranslated hosts:1: the host "a": ansible_become_method is "su", expected sudo',
    ],
    [
      'a login by password',
      { hosts: 'a ansible_password=hunter2\n' },
      'untranslated hosts:1: ansible_password: a login by password',
    ],
    [
      'a jump host',
      { hosts: "a ansible_ssh_common_args='-J bastion'\n" },
      'untranslated hosts:1: ansible_ssh_common_args: "ProxyJump bastion"',
    ],
    [
      'a key in the set-up',
      { hosts: 'a ansible_ssh_private_key_file=keys/a\n' },
      'untranslated hosts:1: the key "keys/a" lies in the set-up',
    ],
    [
      'an unknown variable',
      { hosts: 'a\n', 'group_vars/all.yml': '\nfirst: 1\n' },
      'untranslated group_vars/all.yml:2: the variable "first" is not one of the old roles',
    ],
    [
      'an expression',
      { hosts: 'a\n', 'host_vars/a': "git_repo: x\napi_url: \"{{ lookup('env', 'URL') }}\"\n" },
      "untranslated host_vars/a:2: the variable \"api_url\" can't be filled in: \"lookup('env', 'URL')\" is an expression that is not known",
    ],
    [
      'an unknown role',
      { hosts: 'a\n', 'site.yml': '- hosts: all\n  roles:\n    - geerlingguy.nginx\n' },
      'untranslated site.yml:3: the role "geerlingguy.nginx" is not in the set-up',
    ],
    [
      'tasks of another role',
      {
        hosts: 'a\n',
        'site.yml': '- hosts: all\n  roles: [own]\n',
        'roles/own/tasks/main.yml': '- name: Open the door\n  shell: open\n',
      },
      'untranslated roles/own/tasks/main.yml:1: the task "Open the door" is not one of the old roles',
    ],
    [
      'a task without a name',
      { hosts: 'a\n', 'site.yml': '- hosts: all\n  tasks:\n    - apt: name=x\n' },
      'untranslated site.yml:3: the task with apt is not one of the old roles',
    ],
    [
      'a strategy',
      { hosts: 'a\n', 'site.yml': '- hosts: all\n  strategy: free\n  tasks: []\n' },
      'untranslated site.yml:2: "strategy" of a play',
    ],
    [
      'a setting',
      { hosts: 'a\n', 'ansible.cfg': '[defaults]\nstrategy_plugins = x\n' },
      'untranslated ansible.cfg:2: the setting "strategy_plugins" of [defaults]',
    ],
    [
      'a program as an inventory',
      {
        'environments/prod/hosts': 'a\n',
        'environments/prod/Vagrantfile':
          'Vagrant.configure("2") do |config|\n  config.vm.synced_folder ".", "/x"\nend\n',
      },
      'untranslated environments/prod/Vagrantfile:2: the line "config.vm.synced_folder \\".\\", \\"/x\\""',
    ],
    [
      'a target of make',
      { hosts: 'a\n', Makefile: 'backup:\n\tssh x\n' },
      'untranslated Makefile:1: the target "backup"',
    ],
    [
      'a file of a role',
      { hosts: 'a\n', 'site.yml': '- hosts: all\n  roles: [own]\n', 'roles/own/files/a.sh': 'x\n' },
      'untranslated roles/own/files/a.sh: a file of a role',
    ],
    [
      'a tag of YAML',
      { hosts: 'a\n', 'group_vars/all.yml': 'x: !binary aGk=\n' },
      'untranslated group_vars/all.yml:1: a value has the tag "!binary"',
    ],
    [
      'different values of hosts',
      { hosts: '[web]\na git_version=one git_repo=x\nb git_version=two git_repo=x\n' },
      'untranslated hosts:3: the host "b" has another value of git_version than "a", whose value is taken',
    ],
  ])('is listed with file and line: %s', async (_what, content, line) => {
    const { list } = await importOf(content);
    expect(list).toContain(line);
    expect(list.join('\n')).not.toContain('hunter2');
  });

  it('is every file that nothing reads, but for tools and notes', async () => {
    const { list } = await importOf({
      'hosts.yml': 'web: {hosts: {a: }}\n',
      'site.yml': '- hosts: all\n  vars_files: [extra.yml]\n',
      'extra.yml': 'odd: 1\n',
      ...{ 'requirements.yml': '- src: x\n', 'scripts/own.sh': 'x\n', 'library/module.py': 'x\n' },
      ...{
        'README.md': 'x\n',
        'venv/bin/ansible': 'x\n',
        '.gitignore': 'x\n',
        'requirements.txt': 'x\n',
      },
    });
    expect(list).toEqual(
      [
        'untranslated extra.yml:1: the variable "odd" is not one of the old roles',
        'untranslated hosts.yml: the environment prod has no variable of the roles that are known: only its hosts and its secrets are written',
        'untranslated library/module.py: the file is not read: nothing known refers to it',
        'untranslated requirements.yml: it is no playbook, and nothing known refers to it',
        'untranslated scripts/own.sh: the file is not read: nothing known refers to it',
      ]
        .map((line) => line.replace('hosts.yml: the env', '.: the env'))
        .sort(),
    );
  });

  it('reads playbooks of a folder, with what is beside them', async () => {
    const { text } = await importOf({
      'inventories/prod.ini': '[web]\na\n',
      'playbooks/site.yml': '- hosts: web\n  roles: [web]\n',
      'playbooks/group_vars/web.yml': 'git_repo: https://x/shop.git\napi_port: 3000\n',
      'roles/web/defaults/main.yml': 'git_version: main\n',
    });
    expect(parsed(text('environments/prod/environment.yaml'))).toMatchObject({
      vars: { git_version: 'main' },
    });
  });

  it('is no password within a URL: that becomes a secret', async () => {
    const { files, text } = await importOf({
      'vault-password': 'one\n',
      'ansible.cfg': '[defaults]\nvault_password_file = vault-password\n',
      hosts: 'a git_repo=https://ci:hunter2@x/shop.git api_port=3000\n',
    });
    expect(text('environments/shop.yaml')).toContain('https://ci:${secrets.git_token}@x/shop.git');
    expect(files.map(({ content }) => content).join('')).not.toContain('hunter2');
  });

  it('are names that two hosts would share: each keeps one of its own', async () => {
    const { text, list } = await importOf({
      'hosts.yml':
        'web:\n  hosts:\n    "a b": {ansible_host: 10.0.0.1}\n    "a_b!": {ansible_host: 10.0.0.2}\n',
    });
    expect(parsed(text('environments/prod/environment.yaml'))).toMatchObject({
      hosts: { 'a-b': { address: '10.0.0.1' }, 'a-b-2': { address: '10.0.0.2' } },
    });
    expect(list).toContain('check hosts.yml:4: the host "a_b!" has the name a-b-2');
  });

  it('is every variable that nothing uses: none is dropped silently', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `odd_${String(at)}`);
    const { list } = await importOf({
      hosts: `a ${names
        .slice(0, 20)
        .map((name) => `${name}=x`)
        .join(' ')}\n`,
      'group_vars/all.yml': names
        .slice(20)
        .map((name) => `${name}: [x]\n`)
        .join(''),
    });
    for (const name of names)
      expect(
        list.some((line) => line.includes(`"${name}"`)),
        name,
      ).toBe(true);
  });

  it('are secrets that nothing uses: they are carried over, and said', async () => {
    const { text, list } = await importOf(
      {
        'vault-password': 'one\n',
        'ansible.cfg': '[defaults]\nvault_password_file = ./vault-password\n',
        'environments/prod/hosts': 'a\n',
        'environments/prod/secrets': { plain: 'odd: x\nnested: {token: y}\n', password: 'one' },
      },
      { application: 'shop' },
    );
    expect(list).toContain(
      'check environments/prod/secrets:1: the secret "odd" is carried over, and nothing uses it',
    );
    expect(text('environments/shop.yaml')).toContain('nested_token: From the Ansible set-up');
  });
});

describe('the passwords of a vault', () => {
  const hosts = { hosts: 'a\n', 'group_vars/all.yml': `x: ${vaultValue('y', 'one', 'prod')}\n` };

  it.each<[string, SetUpContent, string]>([
    [
      'outside of the set-up',
      { 'ansible.cfg': '[defaults]\nvault_password_file = /etc/hostname\n' },
      'untranslated ansible.cfg:2: Cannot read the vault password "/etc/hostname", which ansible.cfg:2 names: it is neither in the folder of the set-up nor in your home',
    ],
    [
      'that are not there',
      { 'ansible.cfg': '[defaults]\nvault_identity_list = dev@none\n' },
      'untranslated ansible.cfg:2: Cannot read the vault password "none", which ansible.cfg:2 names: there is no such file',
    ],
  ])('are not read: %s', async (_what, content, line) => {
    const { list } = await importOf({ hosts: 'a\n', ...content });
    expect(list).toContain(line);
    await expect(importOf({ ...hosts, ...content })).rejects.toThrow(
      saying(
        'Cannot import group_vars/all.yml:1: it is encrypted (its vault id is prod), and there is no password\n  → add --vault-id=prod@<file>, or prod@prompt to be asked',
      ),
    );
  });

  it('must fit', async () => {
    await expect(
      importOf({ ...hosts, pw: 'other\n', 'ansible.cfg': '[defaults]\nvault_password_file=pw\n' }),
    ).rejects.toThrow(
      /^Cannot import group_vars\/all\.yml:1: it is encrypted \(its vault id is prod\), and no password fits of .*\/pw$/,
    );
  });
});
