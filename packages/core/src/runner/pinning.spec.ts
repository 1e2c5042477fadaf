import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTransport, saying } from '@fairness-deploy/shell/testing';
import { HostKeyError, type Target } from '@fairness-deploy/shell';
import { pinning } from './pinning.js';

const LINE = 'web ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDZsY2kqLZ5o1yYV0zJHnO2K6k0dlyYxb0V4p5wq2V3w';
const hostKey = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc', knownHostsLine: LINE };

let folder = '';
let target: Target;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinning-'));
  target = { name: 'web', address: 'web', knownHostsFile: join(folder, 'known_hosts'), sudo: true };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function refusing(reason: 'host-key-unknown' | 'host-key-changed', times: number) {
  return fakeTransport(
    () => '',
    () => {
      times -= 1;
      if (times >= 0) throw new HostKeyError(reason, `Cannot trust web: ${reason}`, hostKey);
    },
  );
}

describe('pinning()', () => {
  it('pins an unknown key when that is agreed, and connects', async () => {
    const told: unknown[] = [];
    const transport = pinning(refusing('host-key-unknown', 1), true, (...of) => told.push(of));
    await transport.connect(target);
    expect(told).toEqual([[hostKey, target]]);
    expect(await readFile(target.knownHostsFile, 'utf8')).toBe(`${LINE}\n`);
  });

  it('refuses to pin without a terminal to ask on, and says what would answer', async () => {
    await expect(pinning(refusing('host-key-unknown', 1), false).connect(target)).rejects.toThrow(
      saying('--accept-new'),
    );
    await expect(readFile(target.knownHostsFile)).rejects.toThrow('ENOENT');
  });

  it('never pins a changed key', async () => {
    await expect(pinning(refusing('host-key-changed', 1), true).connect(target)).rejects.toThrow(
      'host-key-changed',
    );
    await expect(readFile(target.knownHostsFile)).rejects.toThrow('ENOENT');
  });

  it('gives up when every further key is unknown, too', async () => {
    await expect(pinning(refusing('host-key-unknown', 99), true).connect(target)).rejects.toThrow(
      'host-key-unknown',
    );
  });
});
