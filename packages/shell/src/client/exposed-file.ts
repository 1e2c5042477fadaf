/** Private files that other users of this machine may read. */
import { realpathSync, statSync } from 'node:fs';
import { quote } from '../text/quote.js';

/** Of the group and of others. */
const OF_OTHERS = 0o077;

/**
 * Where WSL has the drives of Windows. Their files all have the mode 0777, unless they are mounted with the option
 * metadata (Microsoft's "Advanced settings configuration in WSL", automount).
 */
const WINDOWS_DRIVE = /^\/mnt\/[a-z]\//;

/**
 * Whether others may read or write a file of ours, as OpenSSH judges private keys: one of another
 * user, such as root's in a folder of root, is that user's matter.
 */
export function isExposed(path: string): boolean {
  const { mode, uid } = statSync(path);
  return uid === process.getuid?.() && (mode & OF_OTHERS) !== 0;
}

/**
 * How to protect a file, as a line to paste. On a drive of Windows, most files can't be protected.
 *
 * @param name what people call it; default: its path
 */
export function protectionHint(path: string, name = path): string {
  if (!isOnWindowsDrive(path)) return `chmod 600 ${quote(name)}`;
  const real = realPath(path);
  const file = real.slice(real.lastIndexOf('/') + 1);
  const own = /^[\w.-]+$/.test(file) ? file : 'key';
  return `Windows' drives have no modes of files: copy it into your home folder, install -D -m 600 ${quote(name)} ~/.ssh/${own}, and name that file. For a key of Vagrant: docs/windows.md`;
}

/** Whether WSL has the file from a drive of Windows, where its mode may say nothing: see {@link WINDOWS_DRIVE}. */
export function isOnWindowsDrive(path: string): boolean {
  return WINDOWS_DRIVE.test(realPath(path));
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
