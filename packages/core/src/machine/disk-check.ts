import { sh } from '@fairness-deploy/shell';
import { byteSize } from '@fairness-deploy/shell/text';
import type { Check, Finding } from '../plugin/check.js';

/** The share of a file system in percent from which a finding warns and fails. */
const [WARN_PERCENT, FAIL_PERCENT] = [90, 99];

/** File systems that are full by design, or that others look after. */
const IGNORED_TYPES = ['devtmpfs', 'efivarfs', 'iso9660', 'nsfs', 'ramfs', 'squashfs'];
const IGNORED_MOUNTS =
  /^\/(?:dev|snap|run\/(?:credentials|user)|var\/lib\/(?:containers|docker))\//;

/** How full the local file systems are: their room, and their inodes. */
export const diskCheck: Check = {
  name: 'disk',
  layer: 'machine',
  read: sh`
    fd_types=
    for fd_type in ${IGNORED_TYPES}; do fd_types="$fd_types -x $fd_type"; done
    # df fails when it can't read one of them.
    # shellcheck disable=SC2086
    df -lPkT $fd_types 2>/dev/null | sed '1d; s/^/room /' || :
    # shellcheck disable=SC2086
    df -lPiT $fd_types 2>/dev/null | sed '1d; s/^/inodes /' || :
    # What takes the room, of those that are nearly full.
    # shellcheck disable=SC2086
    df -lPkT $fd_types 2>/dev/null | sed 1d | while read -r _ _ _ _ _ fd_use fd_mount; do
      [ "\${fd_use%\%}" -ge ${WARN_PERCENT} ] 2>/dev/null || continue
      timeout 3 du -xk --max-depth=3 -- "$fd_mount" 2>/dev/null | sort -rn | sed -n '2,6s/^/big /p'
    done`,
  judge: judgeDisk,
};

interface FileSystem {
  readonly mount: string;
  readonly type: string;
  readonly size: number;
  readonly free: number;
  readonly usedPercent: number;
}

/** One finding for all file systems that are well, and one for each other. Pure. */
export function judgeDisk(output: string): readonly Finding[] {
  const found = [...parse(output, 'room'), ...parse(output, 'inodes')];
  const bad = found.filter(({ usedPercent }) => usedPercent >= WARN_PERCENT);
  if (bad.length === 0) {
    const data = Object.fromEntries(
      found.map(({ resource, mount, ...data }) => [`${resource} ${mount}`, data]),
    );
    const rooms = found.filter(({ resource }) => resource === 'room');
    const text = rooms
      .map(
        ({ mount, usedPercent, free }) =>
          `${mount} ${String(usedPercent)} % used, ${byteSize(1024 * free)} free`,
      )
      .join('; ');
    return [{ name: 'disk', level: 'ok', text: text === '' ? 'no local file system' : text, data }];
  }
  return bad.map(({ resource, mount, usedPercent, ...rest }) => {
    const level = usedPercent >= FAIL_PERCENT ? 'fail' : 'warn';
    const what = resource === 'room' ? 'full' : 'out of inodes: there are too many files';
    const state =
      level === 'fail'
        ? what
        : `${String(usedPercent)} % ${resource === 'room' ? 'full' : 'of its inodes used'}`;
    const biggest = resource === 'room' ? bigIn(output, mount) : [];
    return {
      ...{ name: resource === 'room' ? `disk ${mount}` : `inodes ${mount}`, level },
      text: `${mount} is ${state}`,
      ...(biggest.length > 0 && { evidence: biggest }),
      hint:
        resource === 'room'
          ? `remove what is not needed: du -xh --max-depth=3 ${mount} | sort -h | tail`
          : `find the folder with too many files: du -x --inodes ${mount} | sort -n | tail`,
      data: { mount, usedPercent, ...rest },
    };
  });
}

type Resource = 'room' | 'inodes';

function parse(
  output: string,
  resource: Resource,
): readonly (FileSystem & { readonly resource: Resource })[] {
  const seen = new Set<string>();
  return output.split('\n').flatMap((line) => {
    // <file system> <type> <size> <used> <free> <use %> <mount>; a mount point may have spaces.
    const [, kind, device = '', type = '', size, free, use, mount = ''] =
      /^(\w+) (\S+) +(\S+) +(\d+) +\d+ +(\d+) +(\d+)% (.+)$/.exec(line) ?? [];
    if (kind !== resource || Number(size) === 0 || IGNORED_MOUNTS.test(`${mount}/`)) return [];
    // A file system that is mounted twice.
    if (device.startsWith('/dev/') && seen.has(device)) return [];
    seen.add(device);
    return [
      { resource, mount, type, size: Number(size), free: Number(free), usedPercent: Number(use) },
    ];
  });
}

/** The biggest folders of a mount, a line each. */
function bigIn(output: string, mount: string): readonly string[] {
  const within = mount === '/' ? '/' : `${mount}/`;
  return [...output.matchAll(/^big (\d+)\t(.*)$/gm)].flatMap(([, size, folder = '']) =>
    folder.startsWith(within) ? [`${byteSize(1024 * Number(size))} ${folder}`] : [],
  );
}
