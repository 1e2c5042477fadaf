/** A mounted cgroup hierarchy of this machine. */
export interface Hierarchy {
  readonly path: string;
  readonly version: 1 | 2;
  /** Version 1: its controllers, such as `memory`, or `name=systemd`. */
  readonly options: readonly string[];
}

/** Reads the hierarchies from the text of /proc/self/mountinfo (proc(5)). */
export function parseHierarchies(mountinfo: string): readonly Hierarchy[] {
  return mountinfo.split('\n').flatMap((line): Hierarchy[] => {
    const [left, right] = line.split(' - ');
    const path = left?.split(' ')[4];
    const [type, , options] = right?.split(' ') ?? [];
    if (path === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
    return [{ path, version: type === 'cgroup' ? 1 : 2, options: (options ?? '').split(',') }];
  });
}
