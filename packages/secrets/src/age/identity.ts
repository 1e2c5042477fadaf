import type { Identity } from 'age-encryption' with { 'resolution-mode': 'import' };
import { keyType } from '@fairness-deploy/shell/client';
import { isAgeKey, publicAgeKey } from './age-key.js';
import type { TeamMember } from './recipient.js';
import { ed25519Identity } from './ssh-ed25519.js';
import {
  readSshKeyFile,
  WrongPassphrase,
  type SshKeyFile,
  type SshPrivateKey,
} from './ssh-private-key.js';
import { sshTag } from './ssh-public-key.js';
import { rsaIdentity } from './ssh-rsa.js';

/** Asks for the passphrase of a key; undefined when there is no terminal. */
export type AskPassphrase = (what: string) => Promise<string | undefined>;

/** How often a passphrase may be wrong. */
const ATTEMPTS = 3;

/**
 * The private keys of a file: lines `AGE-SECRET-KEY-1…` as age-keygen writes them, or a key
 * of SSH. A passphrase is asked for only when the key is a recipient.
 *
 * @param where the file's name for people.
 * @throws RangeError with a clause that says why it holds none. It holds nothing of a key.
 */
export async function readIdentities(
  text: string,
  where: string,
  ask: AskPassphrase,
): Promise<readonly (SshIdentity | string)[]> {
  if (text.includes('PRIVATE KEY-----')) return [sshIdentity(readSshKeyFile(text), where, ask)];
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0 || !lines.every((line) => line.startsWith('AGE-SECRET-KEY-'))) {
    throw new RangeError('expected lines AGE-SECRET-KEY-1…, or a private key of SSH');
  }
  for (const line of lines) {
    if (await isAgeKey(line)) continue;
    throw new RangeError('a key AGE-SECRET-KEY-1… is damaged: a character is wrong or missing');
  }
  return lines;
}

/** A private key of SSH. */
export interface SshIdentity extends Identity {
  /** Whether it needs a passphrase. */
  readonly locked: boolean;
  /** `ssh-ed25519 AAAA…`; undefined when even that is encrypted. */
  readonly publicKey: string | undefined;
}

/**
 * Whether one of some private keys belongs to a recipient. A key without a readable public part
 * may.
 */
export async function isRecipient(
  identities: readonly (SshIdentity | string)[],
  recipients: readonly TeamMember[],
): Promise<boolean> {
  const own = await Promise.all(
    identities.map(async (one) => (typeof one === 'string' ? publicAgeKey(one) : one.publicKey)),
  );
  return own.some((key) => key === undefined || recipients.some((one) => one.key === key));
}

function sshIdentity(file: SshKeyFile, where: string, ask: AskPassphrase): SshIdentity {
  const concerns = (args: readonly string[]): boolean =>
    args[0]?.startsWith('ssh-') === true &&
    (file.blob === undefined || args[1] === sshTag(file.blob));
  const blob = file.blob ?? (file.encrypted ? undefined : file.open().blob);
  return {
    locked: file.encrypted,
    publicKey: blob && `${keyType(blob)} ${blob.toString('base64')}`,
    unwrapFileKey: async (stanzas) => {
      if (!stanzas.some(({ args }) => concerns(args))) return null;
      const key = file.encrypted ? await unlock(file, where, ask) : file.open();
      const identity =
        key.type === 'ssh-rsa'
          ? rsaIdentity(key.blob, key.key)
          : ed25519Identity(key.blob, key.seed);
      return identity.unwrapFileKey(stanzas);
    },
  };
}

async function unlock(file: SshKeyFile, where: string, ask: AskPassphrase): Promise<SshPrivateKey> {
  let before: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const passphrase = await ask(`Passphrase of ${where}: `);
    if (passphrase === undefined) {
      throw new RangeError(
        `the passphrase of ${where} is not given, and FAIRNESS_AGE_PASSPHRASE does not hold it`,
      );
    }
    // From a variable: it won't change.
    if (passphrase === before) throw new WrongPassphrase(where);
    before = passphrase;
    try {
      return file.open(Buffer.from(passphrase));
    } catch (error) {
      if (!(error instanceof WrongPassphrase)) throw error;
      if (attempt === ATTEMPTS) throw new WrongPassphrase(where);
    }
  }
}
