import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

/**
 * Makes a key that logs in, and its public half beside it.
 *
 * @returns the public half, in OpenSSH's format.
 * @throws HintedError when ssh-keygen(1) is missing.
 */
export async function makeKey(file: string, comment: string): Promise<string> {
  const words = ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file];
  await new Promise<void>((resolve, reject) => {
    execFile('ssh-keygen', words, { env: childEnvironment() }, (cause) => {
      if (!cause) resolve();
      else {
        const why = cause.code === 'ENOENT' ? 'ssh-keygen is not installed' : cause.message;
        const hint = "install OpenSSH's client, such as: apt-get install openssh-client";
        reject(new HintedError(`Cannot make a key for the rehearsal: ${why}`, { hint, cause }));
      }
    });
  });
  return readFileSync(`${file}.pub`, 'utf8').trim();
}
