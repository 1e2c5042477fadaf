import { execFile } from 'node:child_process';
import { childEnvironment } from '../../client/child-environment.js';
import { keyType } from '../../client/ssh-reader.js';
import { excerpt } from '../../text/excerpt.js';

/** ssh-keygen(1) is missing, which comes with OpenSSH's client. */
export class NoKeygenError extends Error {}

/** Milliseconds; it takes a few. */
const TIMEOUT = 10_000;

/**
 * The public key that OpenSSH's own client takes a file for: ssh-keygen reads it with the same code, the public
 * half beside it included. An encrypted file that does not have its public key in clear has none.
 *
 * @param file an ordinary file.
 * @returns the key as RFC 4253 encodes it, or why nobody can tell it without a passphrase.
 */
export function openSshKey(file: string): Promise<Buffer | Error> {
  const words = ['-e', '-m', 'RFC4716', '-P', '', '-f', file];
  return new Promise((resolve) => {
    execFile(
      'ssh-keygen',
      words,
      { env: childEnvironment(), timeout: TIMEOUT },
      (cause, stdout, stderr) => {
        const key = publicKeyInRfc4716(stdout);
        if (!cause && key) resolve(key);
        else if (cause?.code === 'ENOENT')
          resolve(new NoKeygenError('there is no program ssh-keygen here'));
        else resolve(new Error(reasonIn(stderr, file)));
      },
    );
  });
}

/** `Load key "/keys/id_rsa": incorrect passphrase …`, below a warning of several lines where the mode is wrong. */
function reasonIn(stderr: string, file: string): string {
  const line = stderr.trim().split(/\r?\n/).at(-1) ?? '';
  const reason = line.replace(`Load key "${file}": `, '');
  return reason === '' ? 'ssh-keygen does not read it' : excerpt(reason);
}

/** Reads the format of RFC 4716: lines of base64 below headers. */
export function publicKeyInRfc4716(text: string): Buffer | undefined {
  const [, body = ''] =
    /^---- BEGIN SSH2 PUBLIC KEY ----\r?\n([^]*?)^---- END SSH2 PUBLIC KEY ----/m.exec(text) ?? [];
  const base64 = body.split('\n').filter((line) => !line.includes(':'));
  const key = Buffer.from(base64.join(''), 'base64');
  return keyType(key) === 'unknown' ? undefined : key;
}
