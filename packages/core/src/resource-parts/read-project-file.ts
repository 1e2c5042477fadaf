import { readRegularFile, systemReason } from '@fairness-deploy/shell/client';

/**
 * Reads a text of the project, such as a template or a page. Its lines end with LF, also when git has
 * checked it out for Windows: hosts must get the same file from every machine.
 *
 * @throws Error that names the file when it can't be read, is no regular file, or is larger than 1 MiB.
 */
export function readProjectFile(path: string): string {
  try {
    return projectText(readRegularFile(path));
  } catch (cause) {
    throw new Error(`Cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
}

/** The bytes of a text of the project as a text whose lines end with LF: see {@link readProjectFile}. */
export function projectText(bytes: Buffer): string {
  return bytes.toString().replaceAll('\r\n', '\n');
}
