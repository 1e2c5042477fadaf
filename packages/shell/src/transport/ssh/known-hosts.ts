import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyType } from '../../client/ssh-reader.js';
import { matchesPatterns } from './patterns.js';

/** A line of a known_hosts file. */
export interface KnownHost {
  readonly line: number;
  readonly revoked: boolean;
  /** `name,[name]:port,*.pattern,!not` or a hashed name `|1|salt|hash`. */
  readonly names: string;
  readonly type: string;
  readonly key: Buffer;
}

/** The relation of a presented key to the known hosts. */
export type Verdict =
  | { readonly status: 'pinned' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked' | 'changed'; readonly entry: KnownHost };

/**
 * Reads a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Leaves out lines that can't be
 * parsed, as ssh does, and certificate authorities, as host certificates aren't supported.
 */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return parseLines(text).flatMap((entry) => (typeof entry === 'number' ? [] : [entry]));
}

/** The numbers of the lines that can't be understood; those of certificate authorities can be. */
export function badLines(text: string): readonly number[] {
  return parseLines(text).filter((entry) => typeof entry === 'number');
}

function parseLines(text: string): readonly (KnownHost | number)[] {
  return text.split('\n').flatMap((content, index): readonly (KnownHost | number)[] => {
    const line = index + 1;
    const fields = content.trim().split(/\s+/);
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined;
    const [names = '', type = '', base64 = ''] = fields;
    if (names.startsWith('#') || (names === '' && marker === undefined)) return [];
    const key = Buffer.from(base64, 'base64');
    if (type === '' || keyType(key) !== type) return [line];
    if (marker === '@cert-authority') return [];
    if (marker !== undefined && marker !== '@revoked') return [line];
    return [{ line, revoked: marker !== undefined, names, type, key }];
  });
}

/** The lines that are about a host, whose name is as `hostKeyName` gives it. */
export function knownAs(name: string, hosts: readonly KnownHost[]): readonly KnownHost[] {
  return hosts.filter((host) =>
    host.names.startsWith('|')
      ? isHashOf(host.names, name)
      : matchesPatterns(name, host.names.split(',')),
  );
}

/**
 * Judges a presented key.
 *
 * @param known what `knownAs` found for the host.
 */
export function judge(key: Buffer, known: readonly KnownHost[]): Verdict {
  const revoked = known.find((entry) => entry.revoked && entry.key.equals(key));
  if (revoked) return { status: 'revoked', entry: revoked };
  const pinned = known.filter((entry) => !entry.revoked);
  if (pinned.some((entry) => entry.key.equals(key))) return { status: 'pinned' };
  const other = pinned.find((entry) => entry.type === keyType(key)) ?? pinned[0];
  return other ? { status: 'changed', entry: other } : { status: 'unknown' };
}

/**
 * The signature algorithms to offer, so that the server shows a key of a pinned type;
 * all when none is pinned. Newest first; RSA only with SHA-2 (RFC 8332).
 */
export function hostKeyAlgorithms(known: readonly KnownHost[]): readonly string[] {
  const types = new Set(known.filter((entry) => !entry.revoked).map((entry) => entry.type));
  const pinned = ALGORITHMS.filter(([type]) => types.has(type));
  return (pinned.length === 0 ? ALGORITHMS : pinned).flatMap(([, ...algorithms]) => algorithms);
}

/** Key type, then its signature algorithms. */
const ALGORITHMS: readonly (readonly [type: string, ...algorithms: string[]])[] = [
  ['ssh-ed25519', 'ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp256'],
  ['ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp384'],
  ['ecdsa-sha2-nistp521', 'ecdsa-sha2-nistp521'],
  ['ssh-rsa', 'rsa-sha2-512', 'rsa-sha2-256'],
];

/** `|1|<salt>|<HMAC-SHA1 of the name>`, both in base64 (HashKnownHosts). */
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
