import { existsSync } from 'node:fs';
import { publicAgeKey } from '../age/age-key.js';
import type { SshIdentity } from '../age/identity.js';
import { readRecipient } from '../age/recipient.js';
import { SecretsError } from '../secrets-error.js';
import {
  findNamed,
  identitiesIn,
  IDENTITY_FILE_VARIABLE,
  IDENTITY_VARIABLE,
  readKeyFile,
  type Found,
} from './find-identities.js';
import type { World } from './find-password.js';

/** A public key of the user's own, as in .pub files, and its source for people. */
export interface OwnRecipient {
  readonly line: string;
  readonly from: string;
}

/**
 * The public halves of the keys that the environment variables name. A key of SSH need not be
 * unlocked for that.
 *
 * @throws SecretsError when what is there can't be a key, or its public half is encrypted, too.
 */
export async function findNamedRecipients(world: World): Promise<readonly OwnRecipient[]> {
  const all = await Promise.all(
    findNamed(world).map(async (found) => {
      const keys = await identitiesIn(found, () => Promise.resolve(undefined));
      return Promise.all(
        keys.map(async (key) => ({
          line: typeof key === 'string' ? await publicAgeKey(key) : publicLine(key, found),
          from:
            found.file === undefined
              ? IDENTITY_VARIABLE
              : `${found.file}, which ${IDENTITY_FILE_VARIABLE} names`,
        })),
      );
    }),
  );
  return all.flat();
}

/** The line of the .pub file beside the key, which has its name too, if it is that of the key. */
function publicLine({ publicKey }: SshIdentity, { from, file }: Found): string {
  const beside = file === undefined ? undefined : `${file}.pub`;
  const line =
    beside !== undefined && existsSync(beside) ? readKeyFile(beside, beside).trim() : undefined;
  if (publicKey === undefined) {
    if (line !== undefined) return line;
    throw new SecretsError(
      `Cannot encrypt for the key from ${from}: its public half is encrypted, too`,
      { hint: `write that beside it: ssh-keygen -y -f ${from} > ${from}.pub` },
    );
  }
  return line !== undefined && isRecipientLine(line, publicKey) ? line : publicKey;
}

/** Whether a line is a recipient with this key, and a name that a recipient can have. */
function isRecipientLine(line: string, key: string): boolean {
  try {
    return readRecipient(line).key === key;
  } catch {
    return false;
  }
}
