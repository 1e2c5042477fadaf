import { projectText } from './read-project-file.js';

/** The key that a repository's lists are signed with. */
export interface AptKey {
  readonly content: string | Uint8Array;
  /** How apt tells the format: by the file's ending, apt-secure(8) and sources.list(5), Signed-By. */
  readonly ending: 'asc' | 'gpg';
}

/**
 * Recognises a public key in OpenPGP's armored or binary form (RFC 4880, 6.2 and 4.2). Lines of the armored one end
 * with LF: apt does not find the empty line after its head otherwise.
 *
 * @throws TypeError when it is neither; the message doesn't repeat what may be a private key.
 */
export function aptKey(key: string | Uint8Array, repository: string): AptKey {
  const bytes = Buffer.from(key);
  const text = bytes.toString('latin1');
  if (text.trimStart().startsWith('-----BEGIN PGP PUBLIC KEY BLOCK-----')) {
    return { content: projectText(bytes), ending: 'asc' };
  }
  // A packet's first bit is set; tag 6 is a public key.
  const first = bytes[0] ?? 0;
  const tag = first & 0x40 ? first & 0x3f : (first & 0x3f) >> 2;
  if (key instanceof Uint8Array && first & 0x80 && tag === 6)
    return { content: key, ending: 'gpg' };
  throw new TypeError(
    `Cannot use the key of the apt repository '${repository}': expected a public key, as text that begins with '-----BEGIN PGP PUBLIC KEY BLOCK-----' or as bytes`,
  );
}
