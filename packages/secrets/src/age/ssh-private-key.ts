// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- the package has no types; tests are compiled apart and must find these
/// <reference path="./bcrypt-pbkdf.d.ts" />
import { createDecipheriv, createPrivateKey, type KeyObject } from 'node:crypto';
import { pbkdf } from 'bcrypt-pbkdf';
import { SshReader, sshString } from '@fairness-deploy/shell/client';
import { unsigned } from './ssh-public-key.js';

/** A private key of SSH that age can decrypt with. */
export type SshPrivateKey =
  | { readonly type: 'ssh-ed25519'; readonly blob: Buffer; readonly seed: Buffer }
  | { readonly type: 'ssh-rsa'; readonly blob: Buffer; readonly key: KeyObject };

/** A file of SSH's with a private key, as far as it can be read without its passphrase. */
export interface SshKeyFile {
  /** The public key; undefined when even that is encrypted. */
  readonly blob: Buffer | undefined;
  readonly encrypted: boolean;
  /** @throws RangeError with a clause that says why it can't be opened; {@link WrongPassphrase}. */
  open(passphrase?: Uint8Array): SshPrivateKey;
}

export class WrongPassphrase extends RangeError {
  /** @param where the key's name for people. */
  constructor(where?: string) {
    super(`the passphrase${where === undefined ? '' : ` of ${where}`} is wrong`);
  }
}

const MAGIC = 'openssh-key-v1\0';
const OPENSSH =
  /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END OPENSSH PRIVATE KEY-----/;

/**
 * The ciphers of ssh-keygen(1), except those with a tag: OpenSSL's names, bytes of key and of
 * initialisation vector.
 */
const CIPHERS: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  'aes256-ctr': { name: 'aes-256-ctr', bytes: 32 },
  'aes192-ctr': { name: 'aes-192-ctr', bytes: 24 },
  'aes128-ctr': { name: 'aes-128-ctr', bytes: 16 },
  'aes256-cbc': { name: 'aes-256-cbc', bytes: 32 },
};
const VECTOR_BYTES = 16;

/**
 * Reads a private key in OpenSSH's own format (PROTOCOL.key) or in PEM.
 *
 * @throws RangeError with a clause that says why it can't be one.
 */
export function readSshKeyFile(text: string): SshKeyFile {
  const found = OPENSSH.exec(text)?.[1];
  if (found !== undefined) return readOpenSsh(Buffer.from(found, 'base64'));
  const kind = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----/.exec(text)?.[1]?.trim();
  if (kind === undefined || !['', 'RSA', 'ENCRYPTED'].includes(kind)) {
    throw new RangeError(
      kind === 'EC' || kind === 'DSA'
        ? `it is of the type ${kind}, which age doesn't take: expected ed25519 or RSA`
        : 'it is not a private key of SSH',
    );
  }
  const encrypted = text.includes('ENCRYPTED');
  return { blob: undefined, encrypted, open: (passphrase) => openPem(text, passphrase) };
}

function readOpenSsh(bytes: Buffer): SshKeyFile {
  if (!bytes.toString('latin1').startsWith(MAGIC)) throw new RangeError('it is damaged');
  const reader = new SshReader(bytes.subarray(MAGIC.length));
  const [cipher, derivation, options] = [reader.string(), reader.string(), reader.string()].map(
    (each) => each.toString('latin1'),
  );
  if (reader.number() !== 1) throw new RangeError('it holds several keys');
  const [blob, content] = [reader.string(), reader.string()];
  refuseOtherTypes(blob);
  if (cipher === 'none') return { blob, encrypted: false, open: () => privateKey(content, blob) };
  const known = CIPHERS[cipher ?? ''];
  if (known === undefined || derivation !== 'bcrypt') {
    throw new RangeError(
      `it is encrypted by ${String(cipher)}, expected ${Object.keys(CIPHERS).join(', ')}`,
    );
  }
  return {
    blob,
    encrypted: true,
    open: (passphrase = Buffer.alloc(0)) => {
      const settings = new SshReader(Buffer.from(options ?? '', 'latin1'));
      const [salt, rounds] = [settings.string(), settings.number()];
      const key = Buffer.alloc(known.bytes + VECTOR_BYTES);
      const derived = pbkdf(
        passphrase,
        passphrase.length,
        salt,
        salt.length,
        key,
        key.length,
        rounds,
      );
      if (derived !== 0) throw new WrongPassphrase();
      const decipher = createDecipheriv(
        known.name,
        key.subarray(0, known.bytes),
        key.subarray(known.bytes),
      ).setAutoPadding(false);
      return privateKey(Buffer.concat([decipher.update(content), decipher.final()]), blob);
    },
  };
}

/** Names only the public key: a message must show nothing of the private one. */
function refuseOtherTypes(blob: Buffer): void {
  const type = new SshReader(blob).string().toString();
  if (type === 'ssh-ed25519' || type === 'ssh-rsa') return;
  throw new RangeError(
    `it is of the type ${JSON.stringify(type)}, which age doesn't take: expected ssh-ed25519 or ssh-rsa`,
  );
}

/** Two equal numbers at the beginning prove that the passphrase was right. */
function privateKey(content: Buffer, blob: Buffer): SshPrivateKey {
  const reader = new SshReader(content);
  if (reader.number() !== reader.number()) throw new WrongPassphrase();
  const type = reader.string().toString();
  if (type === 'ssh-ed25519') {
    reader.string();
    return { type, blob, seed: reader.string().subarray(0, 32) };
  }
  if (type !== 'ssh-rsa') throw new RangeError('it is damaged');
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.string()) as [
    // Sound: six are made.
    ...[Buffer, Buffer, Buffer, Buffer, Buffer, Buffer],
  ];
  try {
    const key = createPrivateKey({
      format: 'jwk',
      key: {
        ...{ kty: 'RSA', n: unsigned(n), e: unsigned(e), d: unsigned(d) },
        ...{ p: unsigned(p), q: unsigned(q), qi: unsigned(qi) },
        ...{ dp: modulo(d, p), dq: modulo(d, q) },
      },
    });
    return { type, blob, key };
  } catch {
    // Without OpenSSL's message: the numbers are private.
    throw new RangeError('it is damaged');
  }
}

/** d mod (prime - 1), RFC 8017, 3.2. */
function modulo(d: Buffer, prime: Buffer): string {
  const [exponent, factor] = [d, prime].map((bytes) => BigInt(`0x${bytes.toString('hex')}`));
  const value = (exponent ?? 0n) % ((factor ?? 2n) - 1n);
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url');
}

function openPem(text: string, passphrase?: Uint8Array): SshPrivateKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: text,
      ...(passphrase && { passphrase: Buffer.from(passphrase) }),
    });
  } catch {
    // With a wrong passphrase, OpenSSL's error depends on the garbage.
    throw passphrase === undefined ? new RangeError('it is damaged') : new WrongPassphrase();
  }
  const { n = '', e = '', d = '', kty, x = '' } = key.export({ format: 'jwk' });
  if (kty === 'RSA') {
    return {
      type: 'ssh-rsa',
      blob: Buffer.concat([sshString('ssh-rsa'), mpint(e), mpint(n)]),
      key,
    };
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new RangeError(
      `it is of the type ${String(key.asymmetricKeyType)}, expected ed25519 or RSA`,
    );
  }
  const point = Buffer.from(x, 'base64url');
  const blob = Buffer.concat([sshString('ssh-ed25519'), sshString(point)]);
  return { type: 'ssh-ed25519', blob, seed: Buffer.from(d, 'base64url') };
}

/** RFC 4251, 5: a number whose highest bit is set has a zero before it. */
function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url');
  return sshString((bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}
