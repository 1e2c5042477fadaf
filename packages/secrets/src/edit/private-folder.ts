import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** statfs(2): file systems that never reach a disk, except for swap. */
const TMPFS_MAGIC = 0x01021994;
const PREFIX = 'fairness-secrets-';

/** A folder that only this user may enter, in memory where there is such a file system. */
export interface PrivateFolder {
  readonly path: string;
  /** Overwrites and removes all that is in it. May be called again. */
  dispose(): void;
}

/** Makes a folder of mode 0700, and removes those of processes that were killed. */
export function privateFolder(env: Readonly<Record<string, string | undefined>>): PrivateFolder {
  const parent = [env['XDG_RUNTIME_DIR'], '/dev/shm'].find(isTmpfs) ?? tmpdir();
  removeLeftOvers(parent);
  // mkdtemp(3) makes it with mode 0700.
  const path = mkdtempSync(join(parent, `${PREFIX}${String(process.pid)}-`));
  return {
    path,
    dispose: () => {
      wipe(path);
    },
  };
}

function isTmpfs(path: string | undefined): path is string {
  if (path === undefined || path === '' || !existsSync(path)) return false;
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return statfsSync(path).type === TMPFS_MAGIC;
  } catch {
    // Any reason not to use it.
    return false;
  }
}

function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    const path = join(parent, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() && stat.uid === process.getuid?.()) wipe(path);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Zeros first: on a disk, a removed file could be recovered. */
function wipe(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      const file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
      writeSync(file, Buffer.alloc(lstatSync(path).size));
      fsyncSync(file);
      closeSync(file);
    } catch {
      // An editor's read-only copy: it is removed all the same.
    }
  }
  rmSync(folder, { recursive: true, force: true });
}
