import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { inventoryOf } from '../testing/host-variables-of.js';
import { importOf } from '../testing/import-of.js';
import { setUpFolder } from '../testing/set-up-folder.js';

async function refused(hosts: string, file = 'hosts'): Promise<string> {
  const { folder, dispose } = await setUpFolder({ [file]: hosts });
  onTestFinished(dispose);
  return inventoryOf(folder, [file]).then(
    (read) => JSON.stringify(read),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

describe('a hostile inventory', () => {
  it.each([
    ['a huge range', '[web]\nwww[1:999999999]\n', 'hosts:2: its ranges make more than 5000 hosts'],
    ['ranges of ranges', 'a[1:99][1:99][1:99][1:99]\n', 'hosts:1: its ranges make more than 5000'],
    ['a range without an end', 'a[1:]\n', 'hosts:1: a range of hosts is [begin:end]'],
    ['a step of nothing', 'a[1:9:0]\n', 'hosts:1: a range of hosts is [begin:end]'],
    ['a range backwards', 'a[z:a]\n', 'hosts:1: a range of hosts ends before it begins'],
    ['an open range', 'a[1:2\n', 'hosts:1: a range of hosts has no "]"'],
    [
      'a group in itself',
      '[a:children]\na\n',
      'hosts:2: the groups "a" and "a" contain each other',
    ],
    [
      'a circle of groups',
      '[a:children]\nb\n[b:children]\nc\n[c:children]\na\n',
      'contain each other',
    ],
    [
      'a group that is not there',
      '[a:children]\nb\n',
      'hosts:2: it contains the group "b", which is declared nowhere',
    ],
    [
      'variables of no group',
      '[a:vars]\nx=1\n',
      'hosts:1: it gives variables to the group "a", which',
    ],
    ['an unknown kind', '[a:hostvars]\n', 'hosts:1: a section has the unknown kind "hostvars"'],
    ['a broken section', '[a b]\n', 'hosts:1: it is no section'],
    ['an open quote', '[a]\nhost x="y\n', 'hosts:2: it has no closing quotation mark'],
    [
      'a word',
      'host secret-word\n',
      'hosts:1: behind a host stands a word that is not "name=value"',
    ],
    ['a deep literal', `host x=${'['.repeat(100_000)}\n`, '"host"'],
  ])('is refused by file and line: %s', async (_what, hosts, message) => {
    expect(await refused(hosts)).toContain(message);
  });

  it.each([
    [
      'aliases of aliases',
      `a: &a [${'x,'.repeat(50)}]\n${Array.from(
        { length: 9 },
        (_, at) =>
          `b${String(at)}: &b${String(at)} [${Array(50)
            .fill(at === 0 ? '*a' : `*b${String(at - 1)}`)
            .join(',')}]\n`,
      ).join('')}`,
      'more than 100000 values, aliases included',
    ],
    [
      'an alias in its own anchor',
      'a: &a {b: *a}\n',
      'hosts.yml:1: an alias has no anchor before it',
    ],
    [
      'deep nesting',
      `a: ${'{a: '.repeat(60)}1${'}'.repeat(60)}\n`,
      'hosts.yml:1: it is nested too deep',
    ],
    ['two documents', 'a:\n---\nb:\n', 'it is not YAML (multiple docs)'],
    ['a list', '- a\n', 'hosts.yml:1: an inventory is a map of groups'],
    [
      'a circle of groups',
      'a:\n  children:\n    b:\n      children:\n        a:\n',
      'contain each other',
    ],
    ['a broken text', 'a: "hunter2\n', 'it is not YAML'],
  ])('in YAML is refused by file and line: %s', async (_what, hosts, message) => {
    const said = await refused(hosts, 'hosts.yml');
    expect(said).toContain(message);
    expect(said).not.toContain('hunter2');
  });

  it('reaches no file outside by the name of a host or a group', async () => {
    const { folder, dispose } = await setUpFolder({
      'ansible/hosts': '[../../outside]\n../../outside\n/etc/passwd\n[web]\na\n',
      'ansible/group_vars/web.yml': 'x: 1\n',
      'outside.yml': 'stolen: 1\n',
      outside: 'stolen: 1\n',
    });
    onTestFinished(dispose);
    const { hosts } = await inventoryOf(join(folder, 'ansible'), ['hosts']);
    expect(JSON.stringify(hosts)).not.toContain('stolen');
    expect(hosts).toMatchObject({ a: { x: 1 } });
  });

  it('reads no link that leads out of the folder, and says so', async () => {
    const { folder, dispose } = await setUpFolder({
      'ansible/hosts': '[web]\na\n',
      'outside.yml': 'stolen: 1\n',
      'ansible/group_vars/all.yml': 'x: 1\n',
    });
    onTestFinished(dispose);
    symlinkSync('../../outside.yml', join(folder, 'ansible/group_vars/web.yml'));
    symlinkSync('/dev/zero', join(folder, 'ansible/group_vars/ungrouped'));
    expect((await inventoryOf(join(folder, 'ansible'), ['hosts'])).hosts).toEqual({ a: { x: 1 } });
  });

  it('has hosts with names that no environment can have, which are findings', async () => {
    const { list, text } = await importOf({
      'hosts.yml':
        'web:\n  hosts:\n    "a;id": {git_repo: x, api_port: 3000}\n    "$(id)":\n    "x\\ny\\e":\n    -oProxyCommand=id:\n    good:\n',
    });
    expect(list).toEqual(
      expect.arrayContaining([
        'untranslated hosts.yml:3: the host "a;id": ansible_host is "a;id", expected a host name or an IP address',
        'untranslated hosts.yml:5: the host "x\\ny\\u001b": ansible_host is "x\\ny\\u001b", expected a host name or an IP address',
        'untranslated hosts.yml:6: the host "-oProxyCommand=id": ansible_host is "-oProxyCommand=id", expected a host name or an IP address',
      ]),
    );
    expect(text('environments/prod/environment.yaml')).toContain(
      'hosts:\n  good:\n    address: good\n',
    );
  });

  it('runs no program: dynamic inventories are findings', async () => {
    await expect(
      importOf({ 'environments/prod/hosts.yml': 'plugin: amazon.aws.aws_ec2\nregions: [x]\n' }),
    ).resolves.toMatchObject({
      list: expect.arrayContaining([
        'untranslated environments/prod/hosts.yml:1: its hosts come from a plugin (a dynamic inventory)',
      ]) as string[],
    });
  });

  it('has quotes and line breaks in values, which come through whole', async () => {
    const { text } = await importOf(
      {
        'hosts.yml': `web:\n  hosts:\n    a:\n      git_repo: ${JSON.stringify('https://x/"\'\n: #${vars.x}.git')}\n      api_port: 3000\n`,
      },
      { application: 'shop' },
    );
    expect(text('environments/shop.yaml')).toContain(
      'repository: |-\n    https://x/"\'\n    : #$${vars.x}.git',
    );
  });

  it('is refused when it is not there', async () => {
    await expect(importOf({ 'README.md': '' })).rejects.toThrow(
      saying(
        'Cannot import the set-up: it has no inventory that is found by its name\n  → name it: --inventory=prod=path/of/hosts, relative to the set-up',
      ),
    );
    await expect(importOf({ hosts: 'a\n' }, { folder: '/no/such/folder' })).rejects.toThrow(
      'Cannot import "/no/such/folder"',
    );
  });
});
