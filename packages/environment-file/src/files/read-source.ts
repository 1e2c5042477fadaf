import { isUtf8 } from 'node:buffer';
import {
  LARGEST_ENVIRONMENT_FILE_BYTES,
  readRegularFile,
  UnreadableFile,
} from '@fairness-deploy/shell/client';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'we may not read it',
  EPERM: 'we may not read it',
  ELOOP: 'it is a symbolic link that leads to itself',
  ENAMETOOLONG: 'its name is too long',
};

/** A file's text, or why it can't be read. */
export type Source = { readonly text: string } | { readonly failure: string };

/** Reads a file by its absolute path; never throws. */
export type ReadSource = (file: string) => Source;

/** Reads a text file: UTF-8, at most 256 KiB, without NUL characters. Never throws. */
export function readSource(file: string): Source {
  if (file.includes('\0')) return { failure: 'its path holds a NUL character' };
  let bytes: Buffer;
  try {
    bytes = readRegularFile(file, LARGEST_ENVIRONMENT_FILE_BYTES);
  } catch (error) {
    return { failure: reasonOf(error) };
  }
  // Before UTF-8: UTF-16 is full of NULs, and usually not UTF-8 either.
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return { failure: `it holds a NUL character at byte ${String(nul)}, expected text in UTF-8` };
  if (!isUtf8(bytes)) return { failure: 'it is not encoded in UTF-8' };
  return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFile) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return REASONS[code] ?? `it cannot be read (${code})`;
}
