import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repositoryIn, type TemporaryRepository } from './repository-in.js';

/** Makes a folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fd-release-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Makes a repository that is removed when the test ends; its branch is `main`. */
export function temporaryRepository(...options: readonly string[]): TemporaryRepository {
  return repositoryIn(temporaryFolder(), ...options);
}
