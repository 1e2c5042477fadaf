import { readRegularFile, systemReason } from '@fairness-deploy/shell/client';

/**
 * Reads a text of the project, such as a template or a page.
 *
 * @throws Error that names the file when it can't be read, is no regular file, or is larger than 1 MiB.
 */
export function readProjectFile(path: string): string {
  try {
    return readRegularFile(path).toString();
  } catch (cause) {
    throw new Error(`Cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
}
