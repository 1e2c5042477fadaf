import { isExposed } from '../../client/exposed-file.js';
import { readRegularFile } from '../../client/read-regular-file.js';
import { parseKey, type ParsedKey } from './libraries.js';
import { openSshKey } from './openssh-key.js';
import { publicKeyIn, publicKeyOf } from './public-key.js';

/** A key file: what it holds, as far as it can be read. */
export interface KeyFile {
  readonly file: string;
  readonly key: ParsedKey | undefined;
  readonly publicKey: Buffer | undefined;
  readonly problem: 'absent' | 'encrypted' | 'exposed' | 'insecure' | Error | undefined;
}

/**
 * Reads a key file. Throws nothing: `problem` says why it can't be used. ssh-keygen tells the public key in a format
 * that we don't read, such as PKCS#8.
 */
export async function readKeyFile(file: string): Promise<KeyFile> {
  let content: Buffer;
  try {
    content = readRegularFile(file);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    // Only the public half may be here, the private one being the agent's.
    const publicKey = publicHalf(file);
    return { file, key: undefined, publicKey, problem: absent ? 'absent' : asError(error) };
  }
  const key = parseKey(content);
  // As OpenSSH: neither a key without a passphrase nor one with it. The agent may hold it.
  const exposed = isExposed(file) ? 'exposed' : undefined;
  if (!(key instanceof Error)) {
    const problem = key.isPrivateKey() ? exposed : new Error('it is a public key');
    const usable = problem === undefined ? key : undefined;
    return { file, key: usable, publicKey: key.getPublicSSH(), problem };
  }
  const encrypted = /encrypted|passphrase/i.test(key.message);
  const told = publicKeyOf(content) ?? publicHalf(file) ?? (await openSshKey(file));
  const publicKey = told instanceof Error ? undefined : told;
  return { file, key: undefined, publicKey, problem: encrypted ? (exposed ?? 'encrypted') : key };
}

/** The key in `<file>.pub`. */
function publicHalf(file: string): Buffer | undefined {
  try {
    return publicKeyIn(readRegularFile(`${file}.pub`).toString());
  } catch {
    return undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
