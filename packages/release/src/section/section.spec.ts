import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { releaseSchema } from './section.js';

const token = new Secret('token', 'p@ss/word');

describe('releaseSchema', () => {
  it('has a default for everything', () => {
    expect(releaseSchema.parse({})).toEqual({
      origin: { via: 'bundle', path: undefined },
      shared: [],
      files: {},
      install: { command: 'npm ci', variables: {}, secrets: [] },
      dependencies: 'link',
      installInputs: [],
      build: { command: 'npm run build', variables: {}, secrets: [] },
      byDefault: ['install', 'build'],
      migrate: undefined,
      migrateTimeout: 300,
      batch: 1,
      hooks: [],
      notify: [],
      keep: 5,
    });
  });

  it('leaves installing and building out when told', () => {
    expect(releaseSchema.parse({ install: false, build: false })).toMatchObject({
      install: undefined,
      build: undefined,
    });
  });

  it('takes a command with variables and secrets, with its default where none is named', () => {
    const secrets = ['calendar_token'];
    const variables = { NPM_TOKEN: Text.of(token) };
    const install = { command: 'make install', variables };
    expect(releaseSchema.parse({ install, build: { secrets } })).toMatchObject({
      install: { command: 'make install', variables, secrets: [] },
      build: { command: 'npm run build', variables: {}, secrets },
    });
  });

  it('needs a command for variables where an artifact has none', () => {
    const artifact = { target: 'web:build', path: 'dist' };
    const build = { secrets: ['token'] };
    expect(() => releaseSchema.parse({ artifact, build })).toThrow(/expected a shell command/);
    expect(releaseSchema.parse({ artifact, build: { command: 'make', ...build } }).build).toEqual({
      command: 'make',
      variables: {},
      ...build,
    });
  });

  it('takes a path for a repository on this machine, and a URL for one that the host fetches from', () => {
    expect(releaseSchema.parse({ repository: '../shop' }).origin).toEqual({
      via: 'bundle',
      path: '../shop',
    });
    expect(releaseSchema.parse({ repository: 'https://git.example/shop.git' }).origin).toEqual({
      via: 'fetch',
      url: { scheme: 'https', url: 'https://git.example/shop.git' },
    });
    expect(releaseSchema.parse({ repository: 'git@git.example:coop/shop.git' }).origin).toEqual({
      via: 'fetch',
      url: { scheme: 'ssh', url: 'git@git.example:coop/shop.git' },
    });
  });

  it('keeps credentials apart from the URL', () => {
    const repository = Text.of('https://deploy%2Bbot:', token, '@git.example/shop.git');
    const { origin } = releaseSchema.parse({ repository });
    expect(JSON.stringify(origin)).toBe(
      '{"via":"fetch","url":{"scheme":"https","url":"https://git.example/shop.git","credentials":"deploy+bot:***"}}',
    );
    expect(origin.via === 'fetch' && origin.url.credentials?.reveal()).toBe('deploy+bot:p@ss/word');
  });

  it.each([
    ['a path with via: fetch', { repository: '../shop', via: 'fetch' }, /expected a URL/],
    ['a URL with via: bundle', { repository: 'https://h/x', via: 'bundle' }, /expected a path/],
    ['a helper of a transport', { repository: 'ext::sh -c id' }, /expected a URL that begins/],
    ['an option as a host', { repository: 'ssh://-oProxyCommand=id/x' }, /expected a URL/],
    ['a password in plain text', { repository: 'https://u:p@h/x' }, /in plain text/],
    [
      'a secret in the path',
      { repository: Text.of('https://h/', token) },
      /only in front of the host/,
    ],
    ['a secret over http', { repository: Text.of('http://', token, '@h/x') }, /over https only/],
    ['an option as a revision', { revision: '--upload-pack=x' }, /expected a branch/],
    ['an expression as a revision', { revision: 'main~1' }, /expected a branch/],
    ['a folder above', { directory: 'apps/../../etc' }, /expected a folder/],
    ['a folder with a line break', { directory: 'a\nb' }, /expected a folder/],
    ['a revision with an escape', { revision: 'a\u001b' }, /expected a branch/],
    ['an absolute folder', { directory: '/etc' }, /expected a folder/],
    ['an empty command', { build: ' ' }, /expected a shell command/],
    ['an empty command in a map', { build: { command: ' ' } }, /expected a shell command/],
    ['a variable that a release sets', { build: { variables: { COMMIT: 'x' } } }, /COMMIT/],
    ['a secret in place of its name', { install: { secrets: [Text.of(token)] } }, /the name of/],
    ['an unknown key of a command', { install: { comand: 'x' } }, /comand/],
    ['a shared folder above', { shared: ['../uploads'] }, /expected a folder of the application/],
    ['an absolute shared folder', { shared: ['/srv/uploads'] }, /expected a folder of the app/],
    ['shared dependencies', { shared: ['client/node_modules'] }, /in a folder of install/],
    ['a file above', { files: { 'a/../../x': { content: '' } } }, /expected a file in the appl/],
    ['a file of git', { files: { 'a/.GIT/hooks/x': { content: '' } } }, /in the folder of git/],
    ['a file of nothing', { files: { a: {} } }, /expected one of content, env, json, template/],
    ['a file of two', { files: { a: { content: '', env: {} } } }, /expected one of content/],
    [
      'variables without a template',
      { files: { a: { content: '', variables: {} } } },
      /only a template has variables/,
    ],
    ['another time of a file', { files: { a: { content: '', when: 'later' } } }, /install, build/],
    ['text as JSON', { files: { a: { json: '{}' } } }, /expected a map or a list/],
    ['an empty migration', { migrate: '' }, /expected a shell command/],
    ['migrations above', { migrations: '../x' }, /expected a folder/],
    ['no time to migrate', { migrateTimeout: 0 }, /greater than 0/],
    ['another way to dependencies', { dependencies: 'move' }, /link, copy or install/],
    ['an absolute input', { installInputs: ['/etc/passwd'] }, /expected a path within/],
    ['a single release', { keep: 1 }, /between 2 and 100/],
    ['an unknown key', { keeep: 1 }, /keeep/],
  ])('refuses %s', (_, section, message) => {
    expect(() => releaseSchema.parse(section)).toThrow(message);
  });

  it.each(['main', 'feature/$(id)', "it's", 'prüfung', 'v1.2.3', '3f2a1bc', 'a"b;c'])(
    'takes the revision %s',
    (revision) => {
      expect(releaseSchema.parse({ revision }).revision).toBe(revision);
    },
  );
});
