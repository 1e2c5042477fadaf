import { expect, it } from 'vitest';
import { parseHierarchies } from './cgroup-hierarchies.js';

it('parseHierarchies() finds those of version 1 and 2', () => {
  const mountinfo = [
    '25 20 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
    '26 25 0:23 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct',
    '27 25 0:24 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
    '28 25 0:25 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    '',
  ].join('\n');
  expect(parseHierarchies(mountinfo)).toEqual([
    { path: '/sys/fs/cgroup/cpu,cpuacct', version: 1, options: ['rw', 'cpu', 'cpuacct'] },
    { path: '/sys/fs/cgroup/systemd', version: 1, options: ['rw', 'xattr', 'name=systemd'] },
    { path: '/sys/fs/cgroup/unified', version: 2, options: ['rw'] },
  ]);
});
