import { describe, expect, it } from 'vitest';
import { checkShell } from '@fairness-deploy/shell/testing';
import { sh } from '@fairness-deploy/shell';
import { file } from '../resources/file.js';
import { link } from '../resources/link.js';
import { inLiveFolders } from './live-folder.js';
import { KNOWN_FOLDERS } from './known-daemons.js';

const handled = (path: string, folders = KNOWN_FOLDERS) =>
  inLiveFolders(file({ path, content: 'x\n' }), folders);
const written = (path: string) => handled(path).plan('')?.apply ?? sh`false`;

describe('KNOWN_FOLDERS', () => {
  it.each([
    ['/etc/ssh/sshd_config', 'sshd -t'],
    ['/etc/ssh/sshd_config.d/own.conf', 'sshd -t'],
    ['/etc/sudoers', 'visudo -cf'],
    ['/etc/sudoers.d/own', 'visudo -cf'],
    ['/etc/nginx/conf.d/own.conf', 'nginx -t'],
    ['/etc/supervisor/conf.d/own.conf', 'supervisor.options'],
  ])('have %s checked by its program', async (path, check) => {
    expect(String(written(path))).toContain(check);
    await checkShell(written(path));
    const removed = inLiveFolders(file({ path }, { ensure: 'absent' }), KNOWN_FOLDERS);
    await checkShell(removed.plan(`81a4:0:root:0:root:2\n${'0'.repeat(64)}\n`)?.apply ?? sh`false`);
  });

  it('have nothing to do with other files, and keep what was declared of them', () => {
    for (const path of ['/etc/ssh/ssh_known_hosts', '/etc/sudoers.dist', '/etc/motd']) {
      expect(String(written(path))).not.toMatch(/sshd -t|visudo/);
    }
    const declared = file({ path: '/etc/sudoers.d/a', content: '' }, { after: ['apt:packages'] });
    expect(inLiveFolders(declared, KNOWN_FOLDERS).after).toEqual(['apt:packages']);
  });

  it('come after the folders of plugins, which know how to load what is there', () => {
    const own = {
      folder: '/etc/nginx',
      live: (path: string) => ({ path, check: () => sh`own check`, load: sh`own load` }),
    };
    const apply = handled('/etc/nginx/nginx.conf', [own, ...KNOWN_FOLDERS]).plan('')?.apply;
    expect(String(apply)).toMatch(/own check[^]*own load/);
  });

  it('have links checked, too', async () => {
    const path = '/etc/sudoers.d/own';
    const added = inLiveFolders(link({ path, target: '/srv/own' }), KNOWN_FOLDERS).plan('');
    const removed = inLiveFolders(link({ path }, { ensure: 'absent' }), KNOWN_FOLDERS).plan(
      'link /srv/own',
    );
    for (const script of [added?.apply ?? sh`false`, removed?.apply ?? sh`false`]) {
      expect(String(script)).toContain('visudo -cf');
      await checkShell(script);
    }
  });
});
