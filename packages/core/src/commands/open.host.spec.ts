import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandWorkspace } from '../testing/command-workspace.js';

const PROGRAM = join(__dirname, '../../bin/fairness-deploy.js');

let workspace: CommandWorkspace;
const application = {
  name: 'shop',
  processes: { web: { command: 'node web.js', port: 3000, route: '/' } },
};

beforeAll(() => {
  workspace = new CommandWorkspace();
  const write = (environment: string, content: object): void => {
    workspace.write(`environments/${environment}/environment.yaml`, JSON.stringify(content));
  };
  const parts = { application, release: { repository: '/srv/git/shop.git' }, supervisor: {} };
  write('plain', { hosts: { web: '203.0.113.7' }, ...parts, nginx: {} });
  write('alias', { hosts: { web: 'shop-prod' }, ...parts, nginx: {} });
  write('named', {
    hosts: { web: '203.0.113.7' },
    ...parts,
    // Nobody has the password of these secrets, and open needs none.
    secrets: { names: { sudo: '' } },
    nginx: {
      sites: {
        shop: { domains: ['www.shop.test', 'shop.test'] },
        admin: { domains: ['admin.shop.test'], listen: 8080 },
      },
    },
  });
  workspace.write('environments/named/secrets.yaml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
  write('none', { hosts: { web: '203.0.113.7' } });
  write('box', { hosts: { web: {} }, ...parts, sandbox: {}, nginx: {} });
  workspace.write('home/.ssh/config', 'Host shop-prod\n HostName 198.51.100.4\n');
  workspace.write('bin/xdg-open', '#!/bin/sh\nprintf "%s\\n" "$@" >>"$HOME/opened"\n');
  chmodSync(join(workspace.folder, 'bin/xdg-open'), 0o755);
});
afterAll(() => {
  workspace.dispose();
});

const variables = () => ({
  ...childEnvironment(),
  ...{ HOME: join(workspace.folder, 'home'), CI: '', SSH_CONNECTION: undefined },
});

/** Without a terminal. */
function open(environment: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, 'open', environment, ...words],
    { cwd: workspace.folder, encoding: 'utf8', env: { ...variables(), DISPLAY: ':0' } },
  );
  return { status, stdout, stderr };
}

describe('open', () => {
  it.each([
    ['plain', [], 'http://203.0.113.7/'],
    ['alias', [], 'http://198.51.100.4/'],
    ['named', [], 'http://www.shop.test/'],
    ['named', ['--site=admin'], 'http://admin.shop.test:8080/'],
  ])('prints the URL where there is no terminal: %s %j', (environment, words, url) => {
    expect(open(environment, ...words)).toEqual({ status: 0, stdout: `${url}\n`, stderr: '' });
  });

  it('reports it as an event', () => {
    const { stdout } = open('plain', '--json');
    expect(stdout).toContain('{"type":"open","url":"http://203.0.113.7/","opened":false}');
  });

  it.each([
    [
      'named',
      ['--site=amin'],
      /^Cannot open the site "amin" of named: there is none of that name\n {2}→ did you mean "admin"/,
    ],
    ['none', [], /^Cannot open none: it has no site with a URL\n {2}→ add a section/],
    ['box', [], /^Cannot reach host "web": the sandbox of "box" isn't up\n {2}→ npx nx run box:up/],
  ])('says what is wrong: %s %j', (environment, words, message) => {
    const { status, stdout, stderr } = open(environment, ...words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('opens it in the browser on a terminal', () => {
    const PATH = `${join(workspace.folder, 'bin')}:${String(process.env['PATH'])}`;
    const on = (display: Readonly<Record<string, string | undefined>>): string =>
      execFileSync('script', ['-qec', `${process.execPath} ${PROGRAM} open plain`, '/dev/null'], {
        ...{ cwd: workspace.folder, encoding: 'utf8' },
        env: { ...variables(), PATH, DISPLAY: undefined, WAYLAND_DISPLAY: undefined, ...display },
      });
    expect(on({})).toContain('http://203.0.113.7/');
    expect(() => readFileSync(join(workspace.folder, 'home/opened'))).toThrow('ENOENT');
    expect(on({ DISPLAY: ':0' })).toContain('http://203.0.113.7/');
    expect(readFileSync(join(workspace.folder, 'home/opened'), 'utf8')).toBe(
      'http://203.0.113.7/\n',
    );
  });
});
