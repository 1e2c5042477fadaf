import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NxJsonConfiguration } from '@nx/devkit';
import type { Place } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';

/**
 * Nx Cloud is told what tasks show, and how Nx runs them is not ours to know.
 *
 * @param command what does the same without Nx.
 * @throws SecretsError when it is used, or Nx doesn't say whether it is.
 */
export async function refuseForNxCloud({ workspace }: Place, command: string): Promise<void> {
  const settings = JSON.parse(
    readFileSync(join(workspace, 'nx.json'), 'utf8'),
    // Sound as far as it goes: Nx reads it the same way.
  ) as NxJsonConfiguration;
  const why = await import('nx/src/devkit-internals').then(
    ({ isNxCloudUsed }) => (isNxCloudUsed(settings) ? 'Nx Cloud is told what tasks show' : ''),
    () => 'this version of it does not say whether Nx Cloud is told',
  );
  if (why === '') return;
  throw new SecretsError(`Cannot show secrets in a task of Nx: ${why}`, { hint: command });
}
