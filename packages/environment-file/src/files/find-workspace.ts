import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The Nx workspace that a folder is in, an absolute path; undefined when it is in none. */
export function findWorkspace(folder: string): string | undefined {
  if (folder.includes('\0')) return undefined;
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : findWorkspace(above);
}

/** The hint when there is none. */
export const NO_WORKSPACE = {
  message: 'it is not in an Nx workspace: no folder above it has an nx.json',
  hint: 'run it in the workspace, or in any folder of it',
} as const;
