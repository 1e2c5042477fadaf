import { sh } from '@fairness-deploy/shell';
import { byteSize, quote } from '@fairness-deploy/shell/text';
import { judgedBy, type Check, type Finding } from '../plugin/check.js';

/** The share of a file system in percent from which a finding warns and fails. */
const [WARN_PERCENT, FAIL_PERCENT] = [90, 99];

/** File systems that are full by design, or that others look after. */
const IGNORED_TYPES = ['devtmpfs', 'efivarfs', 'iso9660', 'nsfs', 'ramfs', 'squashfs'];
const IGNORED_MOUNTS =
  /^\/(?:dev|snap|run\/(?:credentials|host|user)|sys|var\/lib\/(?:containers|docker))\//;

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
  ...judgedBy(judgeDisk),
};

interface FileSystem {
  readonly mount: string;
  readonly type: string;
  /** In KiB, or in inodes, as `free` is. */
  readonly size: number;
  readonly free: number;
  readonly usedPercent: number;
}

/** One finding for all file systems that are well, and one for each other. Pure. */
export function judgeDisk(output: string): readonly Finding[] {
  const [rooms, inodes] = [parse(output, 'room'), parse(output, 'inodes')];
  const bad = [
    ...rooms.filter(isNearlyFull).map((one) => judgeRoom(one, bigIn(output, one.mount))),
    ...inodes.filter(isNearlyFull).map(judgeInodes),
  ];
  if (bad.length > 0) return bad;
  const shown = rooms
    .filter(({ type }) => type !== 'tmpfs')
    .map(
      ({ mount, usedPercent, free }) =>
        `${mount} ${String(usedPercent)} % used, ${byteSize(1024 * free)} free`,
    );
  const text = shown.length === 0 ? 'no local file system' : shown.join('; ');
  return [{ name: 'disk', level: 'ok', text, data: { rooms, inodes } }];
}

function isNearlyFull({ usedPercent }: FileSystem): boolean {
  return usedPercent >= WARN_PERCENT;
}

function judgeRoom(found: FileSystem, biggest: readonly string[]): Finding {
  const { mount, usedPercent } = found;
  const isFull = usedPercent >= FAIL_PERCENT;
  return {
    ...{ name: `disk ${mount}`, level: isFull ? 'fail' : 'warn' },
    text: `${mount} is ${isFull ? '' : `${String(usedPercent)} % `}full`,
    ...(biggest.length > 0 && { evidence: biggest }),
    hint: `remove what is not needed: du -xh --max-depth=3 ${quote(mount)} | sort -h | tail`,
    data: { ...found },
  };
}

function judgeInodes(found: FileSystem): Finding {
  const { mount, usedPercent } = found;
  const isFull = usedPercent >= FAIL_PERCENT;
  return {
    ...{ name: `inodes ${mount}`, level: isFull ? 'fail' : 'warn' },
    text: isFull
      ? `${mount} is out of inodes: there are too many files`
      : `${mount} has ${String(usedPercent)} % of its inodes in use`,
    hint: `find the folder with too many files: du -x --inodes ${quote(mount)} | sort -n | tail`,
    data: { ...found },
  };
}

/** The lines of df(1) about one resource: `<file system> <type> <size> <used> <free> <use %> <mount>`. */
function parse(output: string, resource: 'room' | 'inodes'): readonly FileSystem[] {
  const seen = new Set<string>();
  return output.split('\n').flatMap((line) => {
    // A mount point may have spaces.
    const [, kind, device = '', type = '', size, free, use, mount = ''] =
      /^(\w+) (\S+) +(\S+) +(\d+) +\d+ +(\d+) +(\d+)% (.+)$/.exec(line) ?? [];
    if (kind !== resource || Number(size) === 0 || IGNORED_MOUNTS.test(`${mount}/`)) return [];
    // A file system that is mounted twice.
    if (device.startsWith('/dev/') && seen.has(device)) return [];
    seen.add(device);
    return [{ mount, type, size: Number(size), free: Number(free), usedPercent: Number(use) }];
  });
}

/** The biggest folders of a mount, a line each. */
function bigIn(output: string, mount: string): readonly string[] {
  const within = mount === '/' ? '/' : `${mount}/`;
  return [...output.matchAll(/^big (\d+)\t(.*)$/gm)].flatMap(([, size, folder = '']) =>
    folder.startsWith(within) ? [`${byteSize(1024 * Number(size))} ${folder}`] : [],
  );
}
