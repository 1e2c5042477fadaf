import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HostKey } from './errors.js';
import { pinHostKey } from './pin-host-key.js';
import { describeHostKey } from './ssh/host-key.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pin-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function hostKey(name: string): HostKey {
  const blob = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from(`ssh-ed25519${name}`)]);
  return describeHostKey(blob, name);
}

it('pinHostKey() loses no line of many at once, and adds none twice', async () => {
  const file = path.join(folder, 'new/known_hosts');
  const names = Array.from({ length: 30 }, (_, at) => `web-${String(at % 15)}`);
  await Promise.all(names.map((name) => pinHostKey(file, hostKey(name))));
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines).toEqual([...names.slice(0, 15).map((name) => hostKey(name).knownHostsLine), '']);
});

it('pinHostKey() leaves what is there, also a last line without its break', async () => {
  const file = path.join(folder, 'known_hosts');
  writeFileSync(file, '# ours');
  await pinHostKey(file, hostKey('web'));
  expect(readFileSync(file, 'utf8')).toBe(`# ours\n${hostKey('web').knownHostsLine}\n`);
});

it('pinHostKey() works after a failure, and refuses a line that is no key', async () => {
  await expect(pinHostKey(path.join(folder, '\0'), hostKey('web'))).rejects.toThrow(
    'without null bytes',
  );
  const file = path.join(folder, 'known_hosts');
  const forged = { ...hostKey('web'), knownHostsLine: `${hostKey('web').knownHostsLine}\n* evil` };
  await expect(pinHostKey(file, forged)).rejects.toThrow(TypeError);
  await pinHostKey(file, hostKey('web'));
  expect(readFileSync(file, 'utf8')).toBe(`${hostKey('web').knownHostsLine}\n`);
});
