import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../plugin/check.js';
import { judgeClock } from './clock-check.js';
import { judgeDisk } from './disk-check.js';
import { judgeLoad } from './load-check.js';
import { machineChecks } from './machine-checks.js';
import { judgeMemory } from './memory-check.js';
import { judgeUpdates } from './updates-check.js';

const say = ({ level, name, text, evidence = [] }: Finding): string =>
  [`${level} ${name}: ${text}`, ...evidence].join('\n');

it.each(machineChecks(0).map((check) => [check.name, check] as const))(
  'the check %s is a script without fault',
  async (_, { read }) => {
    await checkShell(read);
  },
);

describe('judgeDisk()', () => {
  const room = (use: number, mount: string, device = '/dev/vda1', type = 'ext4') =>
    `room ${device} ${type} 1000000 ${String(use * 10_000)} ${String(1_000_000 - use * 10_000)} ${String(use)}% ${mount}\n`;
  const inodes = (use: number, mount: string) =>
    `inodes /dev/vda1 ext4 1000 ${String(use * 10)} ${String(1000 - use * 10)} ${String(use)}% ${mount}\n`;

  it.each([
    ['ok disk: / 50 % used, 512.0 MB free', room(50, '/') + inodes(3, '/')],
    // The same file system, mounted twice, and file systems that others look after.
    [
      'ok disk: / 50 % used, 512.0 MB free',
      room(50, '/') +
        room(50, '/srv/again') +
        room(100, '/snap/core/1', '/dev/loop1') +
        room(100, '/var/lib/docker/overlay2/x/merged', 'overlay', 'overlay') +
        room(1, '/run', 'tmpfs', 'tmpfs'),
    ],
    ['ok disk: no local file system', ''],
    ['warn disk /: / is 93 % full', room(93, '/')],
    ['warn inodes /: / has 95 % of its inodes in use', room(1, '/') + inodes(95, '/')],
    ['fail inodes /: / is out of inodes: there are too many files', inodes(100, '/')],
    [
      'fail disk /srv/our data: /srv/our data is full\n1.0 GB /srv/our data/logs',
      `${room(100, '/srv/our data', '/dev/vdb')}big 1000000\t/srv/our data/logs\nbig 5\t/other\n`,
    ],
  ])('says %s', (text, output) => {
    expect(judgeDisk(output).map(say)).toEqual([text]);
  });
});

describe('judgeMemory()', () => {
  const memory = (available: number, swap = 0) =>
    `MemTotal: 2000000 kB\nMemAvailable: ${String(available)} kB\nSwapTotal: ${String(swap)} kB\nSwapFree: 5 kB\nnow 1796119500\n`;
  it.each([
    ['ok memory: 1.0 GB of 2.0 GB available', memory(1_000_000)],
    [
      'ok memory: 1.0 GB of 2.0 GB available, 5.1 kB of 1.0 MB swap free',
      `${memory(1_000_000, 1000)}count 0\n`,
    ],
    ['warn memory: nearly used up: 51.2 MB of 2.0 GB available', memory(50_000)],
    [
      'warn memory: the kernel killed 2 processes for lack of memory since the start of the host; 1.0 GB of 2.0 GB available',
      `${memory(1_000_000)}count 2\n`,
    ],
    [
      'fail memory: the kernel killed a process for lack of memory at 2026-12-01T10:00:00Z; 1.0 GB of 2.0 GB available\n2026-12-01T10:00:00Z web kernel: Out of memory: Killed process 7 (node)',
      `${memory(1_000_000)}killed 1796119200.123 web kernel: Out of memory: Killed process 7 (node)\ncount 1\n`,
    ],
    [
      'warn memory: the kernel killed a process for lack of memory at 2026-12-01T06:00:00Z; 1.0 GB of 2.0 GB available\n2026-12-01T06:00:00Z web kernel: Out of memory: Killed process 7 (node)',
      `${memory(1_000_000)}killed 1796104800 web kernel: Out of memory: Killed process 7 (node)\n`,
    ],
  ])('says %s', (text, output) => {
    expect(say(judgeMemory(output))).toBe(text);
  });
});

it.each([
  ['ok load: 0.50, 0.40, 0.30 on 2 processors; up for 3 d', '0.50 0.40 0.30 1/2 3', 260_000],
  ['warn load: high: 9.00, 9.10, 1.00 on 2 processors; up for 5 min', '9.0 9.1 1.0 1/2 3', 301],
])('judgeLoad() says %s', (text, load, up) => {
  expect(say(judgeLoad(`load ${load}\nprocessors 2\nup ${String(up)}\n`))).toBe(text);
});

it.each([
  ["ok clock: agrees with this machine's; it is synchronised", 1.5, 'yes'],
  ["ok clock: agrees with this machine's", -3, undefined],
  ["warn clock: the host's clock is 20 s behind this machine's; it is not synchronised", -20, 'no'],
  ["fail clock: the host's clock is 600 s ahead of this machine's", 600, undefined],
])('judgeClock() says %s', (text, offset, synchronised) => {
  const now = 1_796_119_500_000;
  const shown = synchronised === undefined ? '' : `NTP=yes\nNTPSynchronized=${synchronised}\n`;
  expect(say(judgeClock(`now ${(now / 1000 + offset).toFixed(9)}\n${shown}`, now))).toBe(text);
});

it.each([
  [[], ''],
  [['ok updates: no security update waits'], 'age 3600\nkernel 6.1.0-1\ninstalled 6.1.0-1\n'],
  [
    ['warn updates: 2 security updates wait: openssl, nginx; the host waits for a restart'],
    'age 3600\npackage openssl\npackage nginx\nkernel 6.1.0-1\ninstalled 6.1.0-2\n',
  ],
  [
    ['warn updates: the list of packages is 20 days old; the host waits for a restart'],
    'age 1800000\nreboot\nkernel 6.1.0-1\n',
  ],
])('judgeUpdates() says %s', (texts, output) => {
  expect(judgeUpdates(output).map(say)).toEqual(texts);
});
