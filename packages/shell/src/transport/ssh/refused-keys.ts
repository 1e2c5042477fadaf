import { isInsecureKey } from '../../client/insecure-keys.js';
import { invalid, type Endpoint } from './endpoint.js';
import { readKeyFile } from './key-file.js';

/** The files whose keys an endpoint may try: the target's own first, then those of ssh_config or the usual ones. */
export function keyFilesOf({ identityFile, identityFiles }: Endpoint): readonly string[] {
  return [...new Set([...(identityFile === undefined ? [] : [identityFile]), ...identityFiles])];
}

/** Whether everybody has a key, and the target does not allow that. */
export function isRefused({ insecureKeys }: Endpoint, key: Buffer | undefined): boolean {
  return insecureKeys !== 'allowed' && key !== undefined && isInsecureKey(key);
}

/**
 * @throws ConnectError when the target's own identity file is a key that everybody has, and the target does
 *   not allow it.
 */
export async function refuseInsecureFile(endpoint: Endpoint): Promise<void> {
  const { identityFile, insecureKeys } = endpoint;
  if (identityFile === undefined || insecureKeys === 'allowed') return;
  if (isRefused(endpoint, (await readKeyFile(identityFile)).publicKey)) {
    throw insecureFile(endpoint, identityFile);
  }
}

/** The error for an identity file of the target's own that everybody has. */
export function insecureFile({ name }: Endpoint, file: string): Error {
  return invalid(
    name,
    `${file} is Vagrant's insecure key, which everybody has: all who reach the host could log in`,
    "make a key of your own, let the host know it, and remove Vagrant's there: ssh-keygen -t ed25519",
  );
}
