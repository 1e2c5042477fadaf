import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasMachines } from './vagrant-hosts.js';

it('hasMachines() finds a machine that the provider has made, in the state of Vagrant', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  try {
    expect(hasMachines(folder)).toBe(false);
    const machine = join(folder, '.vagrant/machines/web/libvirt');
    mkdirSync(machine, { recursive: true });
    writeFileSync(join(machine, 'vagrant_cwd'), folder);
    expect(hasMachines(folder)).toBe(false);
    writeFileSync(join(machine, 'id'), '3f2a');
    expect(hasMachines(folder)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
