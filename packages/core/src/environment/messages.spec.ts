import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSecretStore } from '@fairness-deploy/secrets';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { definePlugin } from '../plugin/plugin.js';
import {
  temporaryWorkspace,
  type TemporaryWorkspace,
} from '@fairness-deploy/environment-file/testing';
import { EnvironmentError } from '@fairness-deploy/environment-file';
import { loadEnvironment } from './load-environment.js';

const EXAMPLE = definePlugin({
  section: 'example',
  schema: z.strictObject({
    size: z.int().min(1).max(10).exactOptional(),
    ratio: z.number().positive().exactOptional(),
    level: z.enum(['low', 'high']).exactOptional(),
    domains: z.array(z.string()).min(1).exactOptional(),
    url: z.url().exactOptional(),
    active: z.boolean().exactOptional(),
    either: z.union([z.string(), z.array(z.string())]).exactOptional(),
    name: z.string().min(3).max(5).exactOptional(),
  }),
});

let workspace: TemporaryWorkspace;
afterEach(() => {
  workspace.dispose();
});

const FILE = 'environments/staging/environment.yaml';

async function errorOf(name = 'staging'): Promise<string> {
  try {
    await loadEnvironment(
      { workspace: workspace.folder, name },
      { plugins: [EXAMPLE], secrets: () => environmentSecretStore({ FAIRNESS_SECRET_DB: 'x' }) },
    );
    return 'no error';
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // What is common to all, and the folder that differs with each run.
    return error.message
      .replace(/^Cannot load the environment "staging": \d+ problems?\n\n/, '')
      .replaceAll(FILE, 'F')
      .replaceAll('environments/', '');
  }
}

async function messageOf(text: string, others: Readonly<Record<string, string>> = {}) {
  workspace = temporaryWorkspace({ ...others, [FILE]: text });
  return errorOf();
}

/** An environment that is right, but for the line given. */
const hosts = (host: string) => `hosts:\n  ${host}`;
const application = (line: string) => `hosts: { web: }
application:
  name: shop
  node: 20.20.2
  ${line}`;
const processes = (line: string) => application(`processes:\n    ${line}`);
const schedules = (line: string) =>
  application(`schedules:\n    ${line}\n  processes: { web: { command: node x, port: 1 } }`);
const api = (key: string) => processes(`api: { command: node x, port: 3000, ${key} }`);
const example = (line: string) => `hosts: { web: }\nexample: { ${line} }`;

describe('loadEnvironment() says what is wrong with', () => {
  it.each([
    ['an empty file', '', 'F\n  the file is empty, expected a map of settings'],
    ['only comments', '# a\n', 'F\n  the file is empty, expected a map of settings'],
    [
      'a list',
      '- a\n',
      'F\n  the file holds a list, expected a map of settings\n  → write "key: value" lines',
    ],
    [
      'a text',
      'hello\n',
      'F\n  the file holds a single value, expected a map of settings\n  → write "key: value" lines',
    ],
    [
      'a tab',
      'hosts:\n\tweb: x',
      'F:2:1\n  a tab in the indentation, expected spaces\n  → replace it with two spaces',
    ],
    [
      'two documents',
      'hosts: { web: }\n---\na: 1',
      'F:2:1\n  a second document begins here (---), expected one\n  → keep one document a file',
    ],
    [
      'a bracket left open',
      'hosts: { web: ',
      'F:1:15\n  not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    [
      'a missing colon',
      'hosts\nvars: {}',
      'F:1:1\n  expected "key: value", got a line without a colon\n  → put the colon after the key, or indent the line if it continues a text',
    ],
    [
      'two colons',
      'hosts: web: x',
      'F:1:8\n  a second "key: value" on one line\n  → put quotes around a text that holds ": ", and align keys of one map',
    ],
    [
      'a duplicate key',
      'hosts:\n  web:\n  web: x',
      'F:3:3\n  hosts.web: duplicate key, already given at line 2\n  → keep one of the two',
    ],
    [
      'YAML 1.1',
      '%YAML 1.1\n---\nhosts: { web: }',
      'F:1:1\n  %YAML 1.1 is not supported, expected YAML 1.2',
    ],
    [
      'a tag',
      hosts('web: !vault x'),
      'F:2:15\n  hosts.web: the tag !vault is not supported\n  → leave it out',
    ],
    [
      'a list as key',
      '? [a]\n: 1',
      'F:1:3\n  a key that is not plain text\n  → quote a text that begins with {, [, * or &',
    ],
    ['__proto__', '__proto__: 1\nhosts: { web: }', 'F:1:1\n  "__proto__" may not be a key'],
    [
      'an unknown alias',
      hosts('web: *web'),
      'F:2:8\n  hosts.web: the alias *web has no anchor before it\n  → put quotes around "*web" if it is text',
    ],
    [
      'a circular alias',
      'hosts: &a { web: *a }',
      'F:1:18\n  hosts.web: the alias *a stands within its own anchor',
    ],
    [
      'an octal number',
      example('size: 0644'),
      "F:2:18\n  example.size: 0644 could be meant as text or as the number 644\n  → write 644, or '0644' in quotes if it is text",
    ],
    [
      'a shortened number',
      example('size: 1.10'),
      "F:2:18\n  example.size: 1.10 could be meant as text or as the number 1.1\n  → write 1.1, or '1.10' in quotes if it is text",
    ],
    [
      'infinity',
      example('size: .inf'),
      "F:2:18\n  example.size: .inf could be meant as text or as the number Infinity\n  → write '.inf' in quotes if it is text",
    ],
    [
      'a NUL',
      example('name: "a\\0"'),
      'F:2:18\n  example.name: expected text, got "a\\u0000", which no program accepts',
    ],
  ])('%s', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it.each([
    ['no hosts', 'vars: {}', 'F:1:1\n  hosts: missing, expected a map of hosts by name'],
    [
      'hosts without one',
      'hosts: {}',
      'F:1:8\n  hosts: expected at least one host, got an empty map',
    ],
    [
      'an option as address',
      hosts('web: -oProxyCommand=id'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "-oProxyCommand=id"',
    ],
    [
      'a command as address',
      hosts('web: a;id'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "a;id"',
    ],
    [
      'a substitution as name',
      hosts('$(id):'),
      'F:2:3\n  hosts["$(id)"]: expected a host name or an IP address, got "$(id)"',
    ],
    [
      'control characters',
      hosts('web: "a\\e[31mb"'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "a\\u001b[31mb"',
    ],
    [
      'a user in an address',
      hosts('web: root@web.org'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "root@web.org"\n  → write address: web.org and user: root',
    ],
    [
      'a port in an address',
      hosts('web: { address: "web.org:22" }'),
      'F:2:19\n  hosts.web.address: expected a host name or an IP address, got "web.org:22"\n  → write address: web.org and port: 22',
    ],
    [
      'a URL as address',
      hosts('web: https://web.org/'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "https://web.org/"\n  → write the host\'s name alone: web.org',
    ],
    [
      'a wrong IPv4 address',
      hosts('web: 10.0.0.256'),
      'F:2:8\n  hosts.web: expected a host name or an IP address, got "10.0.0.256"',
    ],
    [
      'a list as host',
      hosts('web: [a]'),
      'F:2:8\n  hosts.web: expected an address or a map of settings, got a list',
    ],
    [
      'text as port',
      hosts('web: { port: eighty }'),
      'F:2:16\n  hosts.web.port: expected a whole number between 1 and 65535, got "eighty"',
    ],
    [
      'a port too high',
      hosts('web: { port: 65536 }'),
      'F:2:16\n  hosts.web.port: expected a whole number between 1 and 65535, got 65536',
    ],
    [
      'a port without value',
      hosts('web: { port: }'),
      'F:2:10\n  hosts.web.port: expected a whole number between 1 and 65535, got nothing\n  → write a value, or leave the key out',
    ],
    [
      'yes for true',
      hosts('web: { sudo: yes }'),
      'F:2:16\n  hosts.web.sudo: expected true or false, got "yes"\n  → write true',
    ],
    [
      'a user in upper case',
      hosts('web: { user: Root }'),
      'F:2:16\n  hosts.web.user: expected a user name: at most 32 lower-case letters, digits, - and _, beginning with a letter or _, got "Root"',
    ],
    [
      'an unknown key of a host',
      hosts('web: { adress: x }'),
      'F:2:10\n  hosts.web.adress: unknown key\n  → did you mean "address"?',
    ],
    [
      'a mirror that anybody on the way could change',
      `${hosts('web: ')}
application:
  name: shop
  node: { version: 20.20.2, mirror: "http://mirror.example" }
  processes: { web: { command: x, port: 3000 } }
`,
      'F:5:37\n  application.node.mirror: anybody on the way could change what comes over plain http, and root runs it\n  → use https, or add the sha256 of the archive beside it: sha256: …',
    ],
    [
      'a key that is like none',
      hosts('web: { colour: x }'),
      'F:2:10\n  hosts.web.colour: unknown key\n  → known here: address, port, user, identityFile, roles, sudo, sudoPassword, shellTimeout',
    ],
    [
      'snake case',
      hosts('web: { identity_file: x }'),
      'F:2:10\n  hosts.web.identity_file: unknown key\n  → did you mean "identityFile"?',
    ],
  ])('%s', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it.each([
    [
      'a process in upper case',
      processes('Api: { command: node x, port: 1 }'),
      'F:6:5\n  application.processes.Api: expected a name of lower-case letters, digits and -, beginning with a letter, got "Api"',
    ],
    [
      'a second port without a first one',
      processes('api: { command: node x, alternatePort: 1 }'),
      'F:6:44\n  application.processes.api.alternatePort: a second port needs a first one\n  → add port: 3000, or listen: socket',
    ],
    [
      'a route to a worker',
      processes('api: { command: node x, route: / }'),
      'F:6:36\n  application.processes.api.route: requests need a port or a socket to go to\n  → add port: 3000, or listen: socket',
    ],
    [
      'a request to a worker',
      processes('jobs: { command: node x, health: /health }'),
      'F:6:38\n  application.processes.jobs.health: a process without a port or a socket answers no request\n  → add port: 3000, or listen: socket; for a worker, write a command: { command: … }, or nothing',
    ],
    [
      'a health check that has a path and a command',
      processes('api: { command: node x, port: 1, health: { path: /, command: x } }'),
      'F:6:66\n  application.processes.api.health.command: a health check has a path or a command, not both\n  → remove one of them',
    ],
    [
      'a process with a port that must not overlap',
      processes('api: { command: node x, port: 1, overlap: false }'),
      'F:6:47\n  application.processes.api.overlap: a process that listens always overlaps: two releases run side by side while traffic switches\n  → move the work that must not run twice to a worker: a process without a port',
    ],
    [
      'too many instances',
      processes('api: { command: node x, port: 1, instances: 65 }'),
      'F:6:49\n  application.processes.api.instances: expected a number of instances between 1 and 64, or cpus, got 65',
    ],
    [
      'instances whose ports another process has',
      processes(
        'a: { command: node x, port: 3000, instances: 4 }\n    b: { command: node x, port: 3003 }',
      ),
      'F:7:33\n  application.processes.b.port: the process "a" has the port 3003 too, expected one of its own',
    ],
    [
      'instances that reach their second port',
      processes('a: { command: node x, port: 3000, alternatePort: 3002, instances: 4 }'),
      'F:6:54\n  application.processes.a.alternatePort: it has the port 3002 twice, expected one of its own',
    ],
    [
      'a scheduled job without a time',
      schedules('digest: { command: node x }'),
      'F:6:5\n  application.schedules.digest.at: missing, expected a calendar event of systemd, such as Mon 07:00, or a list of them',
    ],
    [
      'a time that is none',
      schedules("digest: { command: node x, at: 'Mon 25:00' }"),
      'F:6:36\n  application.schedules.digest.at: "25" is no hour (0 to 23)\n  → write such as "Mon 07:00", "*-*-01 03:30" or "*:0/15", see systemd.time(7)',
    ],
    [
      'a time as cron has it, in a list',
      schedules("digest: { command: node x, at: [daily, '0 7 * * 1'] }"),
      'F:6:44\n  application.schedules.digest.at[1]: expected a calendar event of systemd, got "0 7 * * 1"\n  → this is how cron writes times; write such as "Mon 07:00", "*-*-01 03:30" or "*:0/15", see systemd.time(7)',
    ],
    [
      'a scheduled job for a role that no host has',
      schedules('digest: { command: node x, at: daily, on: work }'),
      'F:6:47\n  application.schedules.digest.on: no host has the role "work"\n  → give it to a host: roles: [work]',
    ],
    [
      'a scheduled job that may take no time',
      schedules('digest: { command: node x, at: daily, timeout: 0 }'),
      'F:6:52\n  application.schedules.digest.timeout: expected a whole number of seconds between 1 and 604800, got 0',
    ],
    [
      'two processes on one port',
      processes('a: { command: node x, port: 3000 }\n    b: { command: node x, port: 3000 }'),
      'F:7:33\n  application.processes.b.port: the process "a" has the port 3000 too, expected one of its own',
    ],
    [
      "a port that is another's second one",
      processes('a: { command: node x, port: 3000 }\n    b: { command: node x, port: 3100 }'),
      'F:7:33\n  application.processes.b.port: 3100 is the second port of the process "a", expected one of its own\n  → or give "a" another second one: alternatePort: …',
    ],
    [
      "a second port that is another's first one",
      processes('a: { command: node x, port: 3100 }\n    b: { command: node x, port: 3000 }'),
      'F:7:5\n  application.processes.b.alternatePort: it needs a second port, and the process "a" has the port 3100 too\n  → give one that is free: alternatePort: …',
    ],
    [
      'a second port that was given, and is taken',
      processes(
        'a: { command: node x, port: 1, alternatePort: 2 }\n    b: { command: node x, port: 3, alternatePort: 2 }',
      ),
      'F:7:51\n  application.processes.b.alternatePort: the process "a" has the port 2 too, expected one of its own',
    ],
    [
      'a second port like the first one',
      processes('api: { command: node x, port: 8, alternatePort: 8 }'),
      'F:6:53\n  application.processes.api.alternatePort: it has the port 8 twice, expected one of its own',
    ],
    [
      'a port without room for a second one',
      processes('a: { command: node x, port: 65500 }'),
      'F:6:5\n  application.processes.a.alternatePort: it needs a second port, and 65600 is none\n  → give one that is free: alternatePort: …',
    ],
    [
      'a second port that is none',
      api('alternatePort: 0'),
      'F:6:56\n  application.processes.api.alternatePort: expected a whole number between 1 and 65535, got 0',
    ],
    [
      'a settling time that is none',
      api('health: { path: /, settle: -1 }'),
      'F:6:68\n  application.processes.api.health.settle: expected a number of seconds between 0 and 3600, got -1',
    ],
    [
      'two processes on one route',
      processes(
        'a: { command: node x, port: 1, route: /a }\n    b: { command: node x, port: 2, route: /a/ }',
      ),
      'F:7:43\n  application.processes.b.route: the process "a" has the route /a too, expected one of its own',
    ],
    [
      'a folder and a process on one path',
      'hosts: { web: }\napplication:\n  name: shop\n  processes: { a: { command: node x, port: 1, route: /a } }\n  static: { /a/: { folder: dist } }',
      'F:5:18\n  application.static["/a/"]: the process "a" has this route, expected a path of its own',
    ],
    [
      'static files of nowhere',
      'hosts: { web: }\napplication:\n  name: shop\n  static: { /: { fallback: index.html } }',
      'F:4:13\n  application.static["/"].folder: missing\n  → name the folder of the release: folder: dist',
    ],
    [
      'FastCGI of a worker',
      processes('a: { command: node x, fastcgi: { root: public } }'),
      'F:6:36\n  application.processes.a.fastcgi: requests need a port or a socket to go to\n  → add port: 3000, or listen: socket',
    ],
    [
      'a process and a file for what is not there',
      'hosts: { web: }\napplication:\n  name: shop\n  static: { /: { folder: dist, notFound: 404.html, otherwise: a } }',
      'F:4:63\n  application.static["/"].otherwise: requests without a file go to a process or to one file\n  → remove one of the two',
    ],
    [
      'a fallback that browsers would keep',
      'hosts: { web: }\napplication:\n  name: shop\n  static: { /: { folder: dist, cache: immutable, fallback: index.html } }',
      'F:4:60\n  application.static["/"].fallback: browsers would keep it for a year\n  → give the files with a hash a path of their own, and the rest another cache',
    ],
    [
      'a folder of the release and a shared one',
      'hosts: { web: }\napplication:\n  name: shop\n  static: { /: { folder: dist, shared: up, notFound: ../x } }',
      'F:4:40\n  application.static["/"].shared: files come from a folder of the release or from a shared one\n  → remove one of the two\n\nF:4:54\n  application.static["/"].notFound: expected a file of the folder, such as index.html, without \'..\', got "../x"',
    ],
    [
      'a relative route',
      api('route: api'),
      'F:6:48\n  application.processes.api.route: expected a URL path that begins with /, without .. or //, got "api"',
    ],
    [
      'a route that climbs when it is decoded',
      api('route: /a/%2E%2E/b'),
      'F:6:48\n  application.processes.api.route: expected a URL path that is one when it is decoded, too: without .., // or control characters, got "/a/%2E%2E/b"',
    ],
    [
      'a route that climbs',
      api('route: /a/../b'),
      'F:6:48\n  application.processes.api.route: expected a URL path that begins with /, without .. or //, got "/a/../b"',
    ],
    [
      'a health path',
      api('health: health'),
      'F:6:49\n  application.processes.api.health: expected a URL path that begins with /, got "health"',
    ],
    [
      'a health status',
      api('health: { path: /, status: 2000 }'),
      'F:6:68\n  application.processes.api.health.status: expected an HTTP status between 100 and 599, got 2000',
    ],
    [
      'a deadline',
      api('health: { path: /, deadline: 0 }'),
      'F:6:70\n  application.processes.api.health.deadline: expected a number of seconds greater than 0, got 0',
    ],
    [
      'a name of a variable',
      api('env: { NODE-ENV: x }'),
      'F:6:48\n  application.processes.api.env.NODE-ENV: expected the name of an environment variable: letters, digits and _, not beginning with a digit, got "NODE-ENV"',
    ],
    [
      'PORT',
      api('env: { PORT: 1 }'),
      'F:6:48\n  application.processes.api.env.PORT: PORT is set for each process, from its own port\n  → leave it out',
    ],
    [
      'a list as text',
      api('env: { A: [1] }'),
      'F:6:51\n  application.processes.api.env.A: expected text, got a list',
    ],
    [
      'quotes in a command',
      processes("api: { port: 1, command: node 'a b' }"),
      'F:6:30\n  application.processes.api.command: expected a program and its arguments, without \', which only a shell would understand, got "node \'a b\'"\n  → write a list, one argument an item: [node, server.js, "--title=Hello, you"]',
    ],
    [
      'two commands',
      processes('api: { port: 1, command: a && b }'),
      'F:6:30\n  application.processes.api.command: expected a program and its arguments, without &, which only a shell would understand, got "a && b"\n  → write a list, one argument an item: [node, server.js, "--title=Hello, you"]',
    ],
    [
      'an assignment',
      processes('api: { port: 1, command: A=1 node x }'),
      'F:6:30\n  application.processes.api.command: "A=1" is an assignment, expected a program\n  → set environment variables under env',
    ],
    [
      'an empty command',
      processes('api: { port: 1, command: " " }'),
      'F:6:30\n  application.processes.api.command: expected a command: a program and its arguments, got " "\n  → such as: node dist/server.js',
    ],
    [
      'a map as command',
      processes('api: { port: 1, command: {} }'),
      'F:6:30\n  application.processes.api.command: expected a command: a program and its arguments, got an empty map',
    ],
  ])('%s', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  const PROCESSES = '\n  processes: { api: { command: node x, port: 3000 } }';
  it.each([
    ['/', '"/"'],
    ['/srv/../etc', '"/srv/../etc"'],
    ['/srv/shop/', '"/srv/shop/"'],
    ['srv/shop', '"srv/shop"'],
    ['"/srv/a b"', '"/srv/a b"'],
  ])('the home %s', async (home, shown) => {
    expect(await messageOf(application(`home: ${home}`) + PROCESSES)).toBe(
      `F:5:9\n  application.home: expected an absolute path without .., //, blanks or a / at its end, got ${shown}`,
    );
  });

  it.each([
    ['v20.20.2', '"v20.20.2"'],
    ['^20.1.0', '"^20.1.0"'],
    ['20.x', '"20.x"'],
    ['-20', '-20'],
    ['020.1.1', '"020.1.1"'],
    ['{ version: latest }', '"latest"'],
  ])('the Node.js version %s', async (node, shown) => {
    const text = application('env: {}').replace('20.20.2', node) + PROCESSES;
    expect(await messageOf(text)).toMatch(
      `expected a version of Node.js, such as 24.11.1, 24 or lts, got ${shown}`,
    );
  });

  it.each([
    [
      '{}',
      'F:4:3\n  application.node.version: missing, expected a version of Node.js, such as 24.11.1, 24 or lts\n  → or name a file that has it: file: .nvmrc',
    ],
    [
      '{ version: 24, file: .nvmrc }',
      'F:4:20\n  application.node.version: there is a file beside it, which has the version as well\n  → remove one of the two, or write "version: null" where the version is inherited',
    ],
    [
      '{ file: ../.nvmrc }',
      'F:4:17\n  application.node.file: expected a file of the repository that has the version, such as .nvmrc or package.json, without \'..\', got "../.nvmrc"',
    ],
    [
      `{ version: 24, sha256: ${'a'.repeat(64)} }`,
      'F:4:32\n  application.node.sha256: a checksum is that of one archive, expected an exact version beside it\n  → such as version: 24.11.1; or remove sha256',
    ],
    [
      '24.10',
      "F:4:9\n  application.node: 24.10 could be meant as text or as the number 24.1\n  → write 24.1, or '24.10' in quotes if it is text",
    ],
  ])('the Node.js %s', async (node, message) => {
    const text = application('env: {}').replace('20.20.2', node) + PROCESSES;
    expect(await messageOf(text)).toBe(message);
  });

  it.each([
    ['size: many', 'expected a whole number between 1 and 10, got "many"'],
    ['size: 2.5', 'expected a whole number between 1 and 10, got 2.5'],
    ['size: 11', 'expected a number of at most 10, got 11'],
    ['ratio: 0', 'expected a number greater than 0, got 0'],
    ['level: hihg', 'expected "low" or "high", got "hihg"\n  → did you mean "high"?'],
    ['domains: []', 'expected at least 1 item, got an empty list'],
    ['domains: a.org', 'expected a list, got "a.org"'],
    ['url: x', 'expected a URL, got "x"'],
    ['active: 1', 'expected true or false, got 1'],
    ['either: {}', 'expected text, or a list, got an empty map'],
    ['either: [[]]', 'expected text, got an empty list'],
    ['name: ab', 'expected at least 3 characters, got "ab"'],
    ['name: 12345', "expected text, got 12345\n  → write it in quotes: '12345'"],
    ['name: abcdef', 'expected at most 5 characters, got "abcdef"'],
    ['names: x', 'unknown key\n  → did you mean "name"?'],
  ])("a plugin's section with %s", async (line, message) => {
    const text = await messageOf(example(line));
    expect(text.slice(text.indexOf(': ') + 2)).toBe(message);
  });

  it.each([
    [
      'an unknown variable',
      'vars: { domain: x }\nhosts: { web: "${vars.domian}" }',
      'F:2:15\n  hosts.web: there is no variable "domian"\n  → did you mean "domain"?',
    ],
    [
      'no variables at all',
      'hosts: { web: "${vars.x}" }',
      'F:1:15\n  hosts.web: there is no variable "x"\n  → add it: vars: { x: … }',
    ],
    [
      'an unknown secret',
      'hosts: { web: { sudoPassword: "${secrets.bd_pw}" } }',
      'F:1:31\n  hosts.web.sudoPassword: there is no secret "bd_pw"\n  → export FAIRNESS_SECRET_BD_PW=…',
    ],
    [
      'another expression',
      'hosts: { web: "${env.HOME}" }',
      'F:1:15\n  hosts.web: cannot fill in ${env.HOME}: only ${vars.name} and ${secrets.name} are\n  → write $${ for the characters ${',
    ],
    [
      'an expression left open',
      'hosts: { web: "${vars.x" }',
      'F:1:15\n  hosts.web: "${vars.x" has no closing }\n  → write $${ for the characters ${',
    ],
    [
      'a secret as address',
      'hosts: { web: "${secrets.db}" }',
      'F:1:15\n  hosts.web: a secret cannot stand here\n  → write the value itself; secrets go where text is passed on, such as env',
    ],
    [
      'a wrong value from a variable',
      'vars: { p: eighty }\nhosts: { web: { port: "${vars.p}" } }',
      'F:2:23\n  hosts.web.port: expected a whole number between 1 and 65535, got "eighty" from ${vars.p}',
    ],
    [
      'a variable of a variable',
      'vars: { a: x, b: "${vars.a}" }\nhosts: { web: }',
      'F:1:18\n  vars.b: a variable refers to no other variable or secret\n  → write what it stands for, or join the two where they are used',
    ],
    [
      'a list as variable',
      'vars: { a: [] }\nhosts: { web: }',
      'F:1:12\n  vars.a: expected text, a number, true or false, got a list',
    ],
  ])('%s', async (_, text, message) => {
    expect(await messageOf(text)).toBe(message);
  });

  it.each([
    [
      'a misspelt section',
      'exampel: {}',
      'F:1:1\n  exampel: unknown key\n  → did you mean "example"?',
    ],
    [
      'a section of nobody',
      'monitoring: {}',
      'F:1:1\n  monitoring: unknown key\n  → known here: extends, description, url, resources, vars, hosts, application, secrets, example; for the section of a package, install that and name it in "plugins" of nx.json',
    ],
  ])('%s', async (_, line, message) => {
    expect(await messageOf(`${line}\nhosts: { web: }`)).toBe(message);
  });

  it.each([
    [
      'a missing file',
      '../shop.yml',
      'F:1:10\n  extends: cannot extend "shop.yml": there is no such file',
    ],
    [
      'a folder',
      '..',
      'F:1:10\n  extends: cannot extend "environments": it is a folder, expected a file',
    ],
    [
      'a file outside',
      '../../../etc/passwd',
      'F:1:10\n  extends: "../../../etc/passwd" leads out of the workspace\n  → move the file into the workspace',
    ],
    [
      'a link to the outside',
      '../link/passwd',
      'F:1:10\n  extends: "../link/passwd" leads out of the workspace\n  → move the file into the workspace',
    ],
    [
      'itself',
      'environment.yaml',
      'F:1:10\n  extends: the files extend each other in a circle: F → F',
    ],
    [
      'a circle',
      '../a.yaml',
      'b.yaml:1:10\n  extends: the files extend each other in a circle: F → a.yaml → b.yaml → a.yaml',
    ],
    [
      'a variable',
      '"${vars.x}"',
      'F:1:10\n  extends: expected the path of a file; nothing is filled in here',
    ],
    ['a number', '7', 'F:1:10\n  extends: expected the path of a file, got 7'],
  ])('extending %s', async (_, path, message) => {
    workspace = temporaryWorkspace({
      [FILE]: `extends: ${path}`,
      'environments/a.yaml': 'extends: b.yaml',
      'environments/b.yaml': 'extends: a.yaml',
    });
    symlinkSync('/etc', join(workspace.folder, 'environments/link'));
    expect(await errorOf()).toBe(message);
  });

  it('what is inherited, where it stands', async () => {
    const text = 'extends: ../shop.yaml\nhosts: { web: }';
    const shop = 'example:\n  size: many\n';
    expect(await messageOf(text, { 'environments/shop.yaml': shop })).toBe(
      'shop.yaml:2:9\n  example.size: expected a whole number between 1 and 10, got "many"',
    );
  });

  it('aliases that multiply', async () => {
    const laughs = Array.from({ length: 12 }, (_, at) =>
      at === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
        : `a${String(at)}: &a${String(at)} [${`*a${String(at - 1)}, `.repeat(10)}]`,
    );
    expect(await messageOf(laughs.join('\n'))).toMatch('aliases add more than 10000 values here');
  });

  it.each([
    ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff), 'F\n  it is not encoded in UTF-8'],
    [
      'NUL bytes',
      Uint8Array.of(0x61, 0, 0x62),
      'F\n  it holds a NUL character at byte 1, expected text in UTF-8',
    ],
    [
      'a huge file',
      new Uint8Array(2 ** 20).fill(0x23),
      'F\n  it has 1048576 bytes, expected at most 256 KiB',
    ],
  ])('%s', async (_, bytes, message) => {
    workspace = temporaryWorkspace();
    workspace.write(FILE, bytes);
    expect(await errorOf()).toBe(message);
  });

  it('a folder instead of a file', async () => {
    workspace = temporaryWorkspace();
    mkdirSync(join(workspace.folder, FILE), { recursive: true });
    expect(await errorOf()).toBe('F\n  it is a folder, expected a file');
  });

  it('the name of an environment', async () => {
    workspace = temporaryWorkspace({ [FILE]: '' });
    expect(await errorOf('stagng')).toBe(
      `Cannot load the environment "stagng": 1 problem\n\nstagng/environment.yaml\n  there is no such file\n  → did you mean "staging"?`,
    );
    expect(await errorOf('../x')).toBe(
      `Cannot load the environment "../x": 1 problem\n\nenvironment.yaml\n  expected an environment's name of lower-case letters, digits and -, beginning with a letter, got "../x"\n  → there are: staging`,
    );
    workspace.write('environments/a.b/environment.yaml', '');
    expect(await errorOf('a.b')).toBe(
      `Cannot load the environment "a.b": 1 problem\n\na.b/environment.yaml\n  an environment has its folder's name, which is "a.b": expected lower-case letters, digits and -, beginning with a letter\n  → rename the folder`,
    );
    expect(await errorOf('a-c')).toContain('there are: staging');
  });

  it('a section of a package that is there, and that nx.json does not name', async () => {
    const manifest = JSON.stringify({
      'fairness-deploy': { section: 'release', deployment: './dist/release-plugin.js' },
    });
    const others = { 'node_modules/@fairness-deploy/release/package.json': manifest };
    expect(await messageOf('release: {}\nhosts: { web: }', others)).toBe(
      'F:1:1\n  release: this section needs the plugin @fairness-deploy/release, which nx.json does not name\n  → add "@fairness-deploy/release/plugin" to "plugins" in nx.json',
    );
    workspace.dispose();
    expect(await messageOf('relaese: {}\nhosts: { web: }', others)).toContain(
      'relaese: unknown key\n  → did you mean "release"?',
    );
  });

  it('a section where nx.json names a package that is not there', async () => {
    const others = { 'nx.json': '{ "plugins": ["@acme/deploy-rediss/plugin"] }' };
    expect(await messageOf('redis: {}\nhosts: { web: }', others)).toBe(
      'F:1:1\n  redis: unknown key; nx.json names the package @acme/deploy-rediss, which is not in node_modules\n  → npm install, or correct the name in nx.json',
    );
  });

  it('everything at once, file by file and from top to bottom', async () => {
    const text =
      'extends: ../shop.yaml\nexample: { size: 0 }\nhosts: { web: a;b }\nvars: { x: [] }';
    const shop = 'applcation: 1\nexample: { level: x }';
    expect(await messageOf(text, { 'environments/shop.yaml': shop })).toBe(`F:2:18
  example.size: expected a number of at least 1, got 0

F:3:15
  hosts.web: expected a host name or an IP address, got "a;b"

F:4:12
  vars.x: expected text, a number, true or false, got a list

shop.yaml:1:1
  applcation: unknown key
  → did you mean "application"?

shop.yaml:2:19
  example.level: expected "low" or "high", got "x"`);
  });
});

describe('the user of the application', () => {
  const app = (user: string, host: string) => `hosts: { web: { address: 10.0.0.1, user: ${host} } }
application:
  name: shop
  node: 20.20.2
  ${user}processes: { web: { command: node server.js, port: 3000 } }`;

  it('is not who logs in on a host', async () => {
    expect(await messageOf(app('user: deploy\n  ', 'deploy'))).toBe(`F:5:9
  application.user: "deploy" is who logs in on the host web, and cannot be the user that the application runs as
  → give the application a user of its own (application.user), which is made when it is not there`);
    workspace.dispose();
    expect(await messageOf(app('', 'shop'))).toContain('application.name: "shop" is who logs in');
    workspace.dispose();
    expect(await messageOf(app('user: deploy\n  ', 'ana'))).toBe('no error');
  });
});
