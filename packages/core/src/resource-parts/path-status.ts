import type { FullOwnership } from './ownership.js';

/** The status of a path, from stat(1). */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** The file types of the mode, inode(7). */
const KINDS: Readonly<Record<number, FileStatus['kind']>> = {
  0o040000: 'directory',
  0o100000: 'file',
  0o120000: 'link',
};

/**
 * Parses a status of pathProbe. An owner is a number if the wanted one is, or if the number has no
 * name.
 *
 * @throws Error when the line has another form.
 */
export function parseStatus(
  line: string,
  wanted: Pick<FullOwnership, 'owner' | 'group'>,
): FileStatus {
  const fields = /^([0-9a-f]+):(\d+):([^:]*):(\d+):([^:]*):\d+$/.exec(line);
  if (!fields) throw new Error(`Cannot understand the status ${JSON.stringify(line)}`);
  const [, bits = '', uid = '', user = '', gid = '', group = ''] = fields;
  const mode = Number.parseInt(bits, 16);
  return {
    kind: KINDS[mode & 0o170000] ?? 'other',
    mode: (mode & 0o7777).toString(8).padStart(4, '0'),
    owner: /^\d/.test(wanted.owner) || user === 'UNKNOWN' ? uid : user,
    group: /^\d/.test(wanted.group) || group === 'UNKNOWN' ? gid : group,
  };
}
