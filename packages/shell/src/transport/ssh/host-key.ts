import { createHash } from 'node:crypto';
import { keyType } from '../../client/ssh-reader.js';
import type { HostKey } from '../errors.js';

/** The name under which a server's key is pinned: `name`, or `[name]:port` when it isn't 22. */
export function hostKeyName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

/**
 * Describes a public key in SSH's wire format (RFC 4253, section 6.6).
 *
 * @param name under which it is pinned.
 */
export function describeHostKey(blob: Buffer, name: string): HostKey {
  const type = keyType(blob);
  return {
    type,
    fingerprint: fingerprint(blob),
    knownHostsLine: `${name} ${type} ${blob.toString('base64')}`,
  };
}

/** As `ssh-keygen -l` shows it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
