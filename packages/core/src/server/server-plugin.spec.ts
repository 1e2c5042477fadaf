import { lockedSecretStore } from '@fairness-deploy/secrets';
import { afterEach, describe, expect, it } from 'vitest';
import { loadEnvironment } from '../environment/load-environment.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { file } from '../resources/file.js';
import { exampleApplication, exampleContext, exampleEnvironment } from '../testing/example.js';
import { plugin } from './server-plugin.js';
import { foreignFolders } from './foreign-folders.js';
import { serverSchema, type Server } from './server-schema.js';

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

/** What is wrong with a section `server` that has these lines. */
async function problems(...lines: readonly string[]): Promise<string> {
  const text = ['hosts: { web: }', 'server:', ...lines].join('\n');
  workspace = temporaryWorkspace({ 'environments/prod/environment.yaml': text });
  const reference = { workspace: workspace.folder, name: 'prod' };
  const message = await loadEnvironment(reference, { plugins: [plugin] }).then(() => '', String);
  return message
    .replaceAll('environments/prod/environment.yaml', 'F')
    .replaceAll(`${workspace.folder}/environments/prod`, '~')
    .replace(/^.*\n\n/, '');
}

describe('the section server refuses', () => {
  it('one path for several things', async () => {
    expect(
      await problems(
        '  links: { /srv/x: /srv/y, /srv/z: absent }',
        '  files: { /srv/x: { content: x } }',
        '  directories: { /srv/x: {}, /srv/z: {} }',
      ),
    ).toBe(`F:3:20
  server.links["/srv/x"]: it is among the directories too
  → keep one of the two

F:3:36
  server.links["/srv/z"]: it is among the directories too
  → keep one of the two

F:4:20
  server.files["/srv/x"]: it is among the directories too
  → keep one of the two`);
  });

  it('files of the project that are not there, each once', async () => {
    expect(
      await problems(
        '  files: { /srv/x: { template: x.ejs } }',
        '  services: { x: { loads: [/srv/x] } }',
        '  repositories: { x: { uris: [https://x.example], suites: [x], key: keys/x.asc } }',
      ),
    ).toBe(`F:3:32
  server.files["/srv/x"].template: there is no file ~/x.ejs
  → make it, or correct the path, which is relative to the environment's folder

F:5:69
  server.repositories.x.key: there is no file ~/keys/x.asc
  → make it, or correct the path, which is relative to the environment's folder`);
  });

  it('templates and keys that never end', async () => {
    expect(
      await problems(
        '  files: { /srv/x: { template: /dev/zero } }',
        '  repositories: { x: { uris: [https://x.example], suites: [x], key: /dev/zero } }',
      ),
    ).toBe(`F:3:32
  server.files["/srv/x"].template: cannot read /dev/zero: it is not an ordinary file

F:4:69
  server.repositories.x.key: cannot read /dev/zero: it is not an ordinary file`);
  });

  it('people who log in, or look after the host, as the user of the application', async () => {
    const app = [
      'application: { name: shop, node: 20.20.2, processes: { w: { command: x, port: 3000 } } }',
    ];
    const key =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBa4YN4KQkZtKo7VqvRRiEKTQUOsCOzfKTzEDMo1tDbV ana';
    expect(await problems(`  users: { shop: { authorizedKeys: ["${key}"] } }`, ...app)).toContain(
      'server.users.shop: it is the user that the application runs as, which must have nothing to do with people who log in',
    );
    expect(await problems('  users: { shop: { groups: [docker] } }', ...app)).toContain(
      'nothing to do with the group docker',
    );
    expect(await problems('  users: { shop: { groups: [video] } }', ...app)).toBe('');
  });

  it('what is in folders of a user who is not its owner', async () => {
    expect(
      await problems(
        '  users: { ana: {}, eve: { home: /home/ana/eve } }',
        '  directories: { /srv/www: { owner: ana }, /srv/www/in: {}, /home/ana/in: { owner: ana } }',
        '  files: { /srv/www/in/x: { content: x, owner: ana }, /home/ana/y: { content: y } }',
      ),
    ).toBe(`F:3:26
  server.users.eve: root would have to work in /home/ana, where ana could put a link in the way
  → give it the owner ana, or choose a path that is in folders of root

F:4:57
  server.directories["/srv/www/in"]: root would have to work in /srv/www, where ana could put a link in the way
  → give it the owner ana, or choose a path that is in folders of root

F:5:68
  server.files["/home/ana/y"]: root would have to work in /home/ana, where ana could put a link in the way
  → give it the owner ana, or choose a path that is in folders of root`);
  });

  it('an application whose home is in a folder of a user', () => {
    const application = exampleApplication({ processes: [], home: '/home/ana/shop' });
    const section = serverSchema.parse({ users: { ana: {} } });
    expect(foreignFolders(section, { application })).toEqual([
      {
        path: ['users', 'ana'],
        message:
          "the application's home /home/ana/shop is in /home/ana, where ana could put a link in the way of root",
        hint: 'choose an "application.home" that is in folders of root, such as one in /srv',
      },
    ]);
  });

  it('a firewall that lets no ssh in', async () => {
    expect(await problems('  firewall: { allow: [http, { port: 22 }] }')).toBe(`F:3:22
  server.firewall.allow: nothing lets ssh in, by which this host is reached
  → add ssh, or for a network alone { port: ssh, from: 203.0.113.0/24 }; ssh is the port of sshd, whichever that is`);
    expect(
      await problems('  firewall: { allow: [{ port: ssh, from: [10.0.0.0/8, "fd00::/8"] }] }'),
    ).toBe('');
  });

  it.each([
    ['{ allow: [] }', 'expected ssh at least'],
    ['{ allow: [ssh, ftp] }', 'expected ssh, http, https, or { port: 5432, from: 10.0.0.0/8 }'],
    ['{ allow: [ssh, { port: 1, ports: 1-2 }] }', 'expected either "port" or "ports"'],
    ['{ allow: [ssh, { ports: 9-8 }] }', 'expected a range of ports'],
    ['{ allow: [ssh, { port: 70000 }] }', 'expected'],
    ['{ allow: [ssh, { port: 1, from: web }] }', 'expected an IP address or a network'],
    ['{ allow: [ssh, { port: 1, from: 10.0.0.0/40 }] }', 'expected an IP address or a network'],
    ['{ allow: [ssh, { port: https, protocol: udp }] }', 'name the port for udp'],
    ['{ allow: [ssh], deny: [http] }', 'deny'],
  ])('the firewall %s', async (firewall, why) => {
    expect(await problems(`  firewall: ${firewall}`)).toContain(why);
  });

  it.each([
    ['{}', 'expected an option of sshd'],
    ['{ permitRootLogin: without-password }', 'expected true, false, prohibit-password'],
    ['{ passwordAuthentication: "no" }', 'expected true or false'],
    ['{ allowUsers: ["a b"] }', 'expected a user or group, or a pattern'],
    ['{ allowUsers: ["-x"] }', 'expected a user or group, or a pattern'],
    ['{ maxAuthTries: 0 }', 'expected a whole number between 1 and 100'],
    ['{ PermitRootLogin: false }', 'PermitRootLogin'],
  ])('the options of sshd %s', async (ssh, why) => {
    expect(await problems(`  ssh: ${ssh}`)).toContain(why);
  });

  it('files of the project that are folders', async () => {
    expect(await problems('  files: { /srv/x: { template: . } }')).toContain(
      'server.files["/srv/x"].template: cannot read ~: it is a folder, expected a file',
    );
  });
});

it('the section server sends templates with LF, as every machine has them', () => {
  workspace = temporaryWorkspace({ 'hello.ejs': '#!/bin/sh\r\necho <%= host.name %>\r\n' });
  const section = serverSchema.parse({ files: { '/srv/hello': { template: 'hello.ejs' } } });
  const context = exampleContext(section, exampleEnvironment({ folder: workspace.folder }));
  const same = file({ path: '/srv/hello', content: '#!/bin/sh\necho web\n' });
  const hello = plugin.resources?.(context).find(({ address }) => address === same.address);
  expect(hello?.plan('')).toEqual(same.plan(''));
});

it('the section server is sound though its secrets cannot be had', async () => {
  const text = [
    "hosts: { web: { sudoPassword: '${secrets.sudo}' } }",
    'server:',
    "  files: { /etc/a: { content: 'a ${secrets.a}' }, /etc/b: { template: b.ejs } }",
    '  services: { cron: { loads: [/etc/a, /etc/b] } }',
  ].join('\n');
  workspace = temporaryWorkspace({
    'environments/prod/environment.yaml': text,
    'environments/prod/b.ejs': 'password=<%- sh(host.sudoPassword) %>',
  });
  const { environment } = await loadEnvironment(
    { workspace: workspace.folder, name: 'prod' },
    { plugins: [plugin], secrets: () => lockedSecretStore(new Error('no password')) },
  );
  const [host] = environment.hosts;
  if (!host) throw new Error('there is no host');
  // Sound: it is the plugin's own section.
  const section = environment.sections['server'] as Server;
  const context = { ...exampleContext(section, environment), host };
  const files = (plugin.resources?.(context) ?? []).filter(({ address }) =>
    address.startsWith('file:'),
  );
  expect(files.map(({ address }) => address)).toEqual(
    expect.arrayContaining(['file:/etc/a', 'file:/etc/b']),
  );
  for (const file of files) expect(() => file.plan('')).toThrow('no password');
});
