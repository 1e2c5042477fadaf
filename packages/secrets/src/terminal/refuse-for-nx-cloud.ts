import type * as Internals from 'nx/src/devkit-internals';
import type { Place } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';

/**
 * Refuses to run with Nx Cloud, which gets the output of tasks.
 *
 * @param command does the same without Nx.
 * @throws SecretsError when it is used, or Nx doesn't say whether it is.
 */
export async function refuseForNxCloud({ workspace }: Place, command: string): Promise<void> {
  // Not part of Nx's public interface: any of it may be missing in another version.
  const { isNxCloudUsed, readNxJsonFromDisk }: Partial<typeof Internals> =
    await import('nx/src/devkit-internals').catch(() => ({}));
  const isKnown = isNxCloudUsed !== undefined && readNxJsonFromDisk !== undefined;
  if (isKnown && !isNxCloudUsed(readNxJsonFromDisk(workspace))) return;
  const why = isKnown
    ? 'Nx Cloud gets the output of tasks'
    : 'this version of it does not say whether Nx Cloud is used';
  throw new SecretsError(`Cannot show secrets in a task of Nx: ${why}`, { hint: command });
}
