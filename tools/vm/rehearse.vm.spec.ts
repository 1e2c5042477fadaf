import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CommandWorkspace } from '@fairness-deploy/core/testing';
import { repositoryIn } from '@fairness-deploy/release/testing';
import { expect, it } from 'vitest';
import { execute } from './execute.js';
import { LXC_GROUP } from './lxc-box.js';
import { LXC } from './lxc-provider.js';
import { withVagrant } from './provider.js';

const PATIENCE = { timeout: 600_000, interval: 500 };

/** It serves its own folder. */
const APPLICATION = `import os
from http.server import HTTPServer, SimpleHTTPRequestHandler

HTTPServer(('127.0.0.1', int(os.environ['PORT'])), SimpleHTTPRequestHandler).serve_forever()
`;

/** Nobody has the address of the real host, nor the password of its secrets. */
const PROD = `hosts: { web: { address: 203.0.113.77, user: debian, sudoPassword: '\${secrets.sudo_password}' } }
secrets: { names: { sudo_password: of the login } }
server: { packages: [python3] }
application:
  name: shop
  processes:
    web: { command: /usr/bin/python3 app.py, port: 3000, route: /, health: /index.html }
release: { repository: ../../shop, revision: main, install: false, build: false }
supervisor: {}
nginx: {}
`;

const containers = (): readonly string[] =>
  execute('lxc-ls', ['-1', `--groups=${LXC_GROUP}`])
    .split('\n')
    .filter((name) => name.trim() !== '');

it('rehearses an environment on a machine of Vagrant, and leaves nothing', () =>
  withVagrant(LXC, async ({ home, variables, undo }) => {
    const state = join(home, 'state');
    const workspace = new CommandWorkspace({ ...variables, XDG_STATE_HOME: state });
    undo.add(['rm', '-rf', workspace.folder]);
    const repository = repositoryIn(join(workspace.folder, 'shop'));
    repository.write('app.py', APPLICATION);
    repository.write('index.html', 'The shop is open');
    repository.commit('The shop opens');
    workspace.write('environments/prod/environment.yaml', PROD);
    workspace.write('environments/prod/secrets.yaml', '$ANSIBLE_VAULT;1.1;AES256\n00\n');
    const rehearse = (...words: readonly string[]) =>
      workspace.run('rehearse', 'prod', '--driver=vagrant', ...words);

    const { status, output } = await rehearse('--keep');
    expect([status, output]).toEqual([0, expect.stringContaining('The hosts stay:')]);
    expect(output).toMatch(/plan prod: web\n[^]*nothing to change[^]*deploy prod: web/);
    expect(containers()).toHaveLength(1);
    const [, curl = ''] = /^ +(curl http.*)$/m.exec(output) ?? [];
    expect(execute('sh', ['-c', `${curl}index.html`])).toBe('The shop is open');
    const [, ssh = ''] = /^ +web +(ssh .*)$/m.exec(output) ?? [];
    expect(execute('sh', ['-c', `${ssh} 'whoami; hostname'`])).toBe('debian\nweb\n');
    expect((await rehearse()).output).toContain('the hosts of an earlier rehearsal were kept');

    expect((await rehearse('--remove')).output).toContain('The rehearsal is removed');
    expect(containers()).toEqual([]);

    // Killed as Vagrant makes the machine.
    const client = workspace.start('rehearse', 'prod', '--driver=vagrant');
    const rehearsals = join(state, 'fairness-deploy/rehearsals');
    const files = (): readonly string[] =>
      existsSync(rehearsals) ? readdirSync(rehearsals, { recursive: true }).map(String) : [];
    await expect.poll(() => files().some((name) => name.endsWith('/up.json')), PATIENCE).toBe(true);
    await expect.poll(() => containers().length, PATIENCE).toBe(1);
    client.kill('SIGKILL');
    await expect.poll(files, PATIENCE).toEqual([]);
    expect(containers()).toEqual([]);
  }));
