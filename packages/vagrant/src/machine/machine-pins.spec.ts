import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pinsOf } from './machine-pins.js';

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

it('pinsOf() has another file and another name for another VM of the same name', () => {
  made('lxc', 'one');
  const pins = pinsOf(folder, 'web');
  const { knownHostsFile: file } = pins;
  expect(file.startsWith(join(folder, '.vagrant/machines/web/lxc/known_hosts-'))).toBe(true);
  made('lxc', 'one\n');
  expect(pinsOf(folder, 'web')).toEqual(pins);
  made('lxc', '../../../two');
  const other = pinsOf(folder, 'web');
  expect(other.knownHostsFile).not.toBe(file);
  expect(other.knownHostsFile).toMatch(/\/lxc\/known_hosts-[0-9a-f]{16}$/);
  expect(other.hostKeyAlias).not.toBe(pins.hostKeyAlias);
  expect(other.hostKeyAlias).toMatch(/^vm-[0-9a-f]{16}$/);
});

it('pinsOf() refuses none, and several', () => {
  expect(() => pinsOf(folder, 'web')).toThrow('Vagrant keeps no id of it');
  // What is left of one that was destroyed.
  mkdirSync(join(folder, '.vagrant/machines/web/libvirt'), { recursive: true });
  expect(() => pinsOf(folder, 'web')).toThrow('Vagrant keeps no id of it');
  made('lxc', 'one');
  made('virtualbox', 'two');
  expect(() => pinsOf(folder, 'web')).toThrow('there are those of lxc, virtualbox');
});
