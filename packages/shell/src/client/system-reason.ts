import { UnreadableFile } from './read-regular-file.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission',
  EDQUOT: 'your quota is used up: make room, then try again',
  EISDIR: 'it is a folder, expected a file',
  ENOENT: 'there is no such file',
  ENOSPC: 'the disk is full: make room, then try again',
  ENOTDIR: 'what should be a folder above it is a file',
  EPERM: 'you have no permission',
  EROFS: 'the file system is read-only',
};

/** The operating system's message about a file (errno(3)), as a clause of a message. */
export function systemReason(error: unknown): string {
  if (error instanceof UnreadableFile) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? code ?? String(error);
}

/** Whether {@link systemReason} knows an error, as one of the operating system. */
export function isOfSystem(error: unknown): boolean {
  return error instanceof UnreadableFile || (error instanceof Error && 'syscall' in error);
}
