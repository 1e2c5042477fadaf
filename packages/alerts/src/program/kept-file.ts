import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a text is kept. */
export interface Places {
  readonly file: string;
  /** A file in memory, for as long as `file` can't be written. */
  readonly inMemory: string;
}

/**
 * The text that was kept last.
 *
 * @throws Error when there is none.
 */
export function readKept({ file, inMemory }: Places): string {
  try {
    return readFileSync(inMemory, 'utf8');
  } catch {
    return readFileSync(file, 'utf8');
  }
}

/**
 * Keeps a text for root alone. A disk that is full or broken is a failure to tell, so the text is kept in memory then.
 *
 * @returns why the file could not be written
 * @throws Error when the memory can't be written either.
 */
export function keep({ file, inMemory }: Places, text: string): string | undefined {
  try {
    replace(file, text);
    rmSync(inMemory, { force: true });
    return undefined;
  } catch (error) {
    mkdirSync(dirname(inMemory), { recursive: true, mode: 0o700 });
    replace(inMemory, text);
    return `Cannot write ${file}: ${error instanceof Error ? error.message : 'it failed'}`;
  }
}

/** A reader sees the old file or the new one. */
function replace(file: string, text: string): void {
  const fresh = `${file}.new`;
  try {
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}
