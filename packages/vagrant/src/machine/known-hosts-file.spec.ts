import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { knownHostsFileOf } from './known-hosts-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vagrant-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function made(provider: string, id: string): void {
  const own = join(folder, '.vagrant/machines/web', provider);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'id'), id);
}

it('knownHostsFileOf() is another file for another VM of the same name', () => {
  made('lxc', 'one');
  const file = knownHostsFileOf(folder, 'web');
  expect(file.startsWith(join(folder, '.vagrant/machines/web/lxc/known_hosts-'))).toBe(true);
  made('lxc', 'one\n');
  expect(knownHostsFileOf(folder, 'web')).toBe(file);
  made('lxc', '../../../two');
  const other = knownHostsFileOf(folder, 'web');
  expect(other).not.toBe(file);
  expect(other).toMatch(/\/lxc\/known_hosts-[0-9a-f]{16}$/);
});

it('knownHostsFileOf() refuses none, and several', () => {
  expect(() => knownHostsFileOf(folder, 'web')).toThrow('Vagrant keeps no id of it');
  // What is left of one that was destroyed.
  mkdirSync(join(folder, '.vagrant/machines/web/libvirt'), { recursive: true });
  expect(() => knownHostsFileOf(folder, 'web')).toThrow('Vagrant keeps no id of it');
  made('lxc', 'one');
  made('virtualbox', 'two');
  expect(() => knownHostsFileOf(folder, 'web')).toThrow('there are those of lxc, virtualbox');
});
