import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** An Nx workspace in a temporary folder, for tests. */
export interface TemporaryWorkspace {
  readonly folder: string;
  write(path: string, content: string | Uint8Array): string;
  dispose(): void;
}

export function temporaryWorkspace(
  files: Readonly<Record<string, string>> = {},
): TemporaryWorkspace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fairness-deploy-')));
  const write = (path: string, content: string | Uint8Array): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  };
  write('nx.json', '{}');
  for (const [path, content] of Object.entries(files)) write(path, content);
  return {
    folder,
    write,
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
