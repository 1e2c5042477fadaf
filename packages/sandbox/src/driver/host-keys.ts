import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command } from '../system/command.js';

/** The types of a host's own keys. */
export const HOST_KEY_TYPES = ['ed25519', 'ecdsa'] as const;

/** A host's own key, in its file system. */
export const hostKeyFile = (type: string): string => `etc/ssh/ssh_host_${type}_key`;

/** Makes a key, in place of the one that is there. */
export async function generateKey(type: string, file: string, comment: string): Promise<void> {
  for (const path of [file, `${file}.pub`]) await rm(path, { force: true });
  await mkdir(dirname(file), { recursive: true });
  await command('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', comment, '-f', file]);
}

/**
 * The lines of known_hosts for a host's keys.
 * @param root where its file system, or its part with the keys, is on this machine.
 * @param place as OpenSSH names it: `192.0.2.1`, or `[192.0.2.1]:2222`.
 */
export function knownHostsLines(root: string, place: string): string {
  return HOST_KEY_TYPES.map((type) => join(root, `${hostKeyFile(type)}.pub`))
    .map((file) => {
      if (!existsSync(file)) return '';
      const [kind, key] = readFileSync(file, 'utf8').split(' ');
      return `${place} ${kind ?? ''} ${key?.trim() ?? ''}\n`;
    })
    .join('');
}
