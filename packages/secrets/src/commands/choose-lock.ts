import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readRecipient, type TeamMember } from '../age/recipient.js';
import type { FormatName, Lock } from '../file/keys.js';
import { NoPassword } from '../keys/find-password.js';
import { SecretsError } from '../secrets-error.js';
import type { Session } from './session.js';

/**
 * How a new file is to be encrypted. Unless told, the way that the user has a key for: with
 * the password of Ansible Vault if there is one, else for the user's own key of SSH.
 *
 * @throws SecretsError when there is neither, or the password can't be used.
 */
export async function chooseLock(session: Session, format: FormatName | undefined): Promise<Lock> {
  if (format === 'age') return { format, recipients: recipientsOf([], session) };
  try {
    return { format: format ?? 'ansible-vault', password: await session.keys.password() };
  } catch (error) {
    const recipients = ownKeys(session);
    if (!(error instanceof NoPassword) || format !== undefined || recipients.length === 0) {
      throw error;
    }
    return { format: 'age', recipients };
  }
}

/**
 * @param lines public keys as they stand in .pub files, or paths of such files.
 * @throws SecretsError that says which one can't be one.
 */
export function recipientsOf(lines: readonly string[], session: Session): readonly TeamMember[] {
  const recipients = lines.flatMap((line) =>
    (existsSync(line) ? readFileSync(line, 'utf8').split('\n') : [line])
      .filter((each) => each.trim() !== '' && !each.startsWith('#'))
      .map(recipientOf),
  );
  const all = recipients.length > 0 ? recipients : ownKeys(session);
  if (all.length > 0) return all;
  throw new SecretsError('Cannot encrypt for nobody: you have no key in ~/.ssh', {
    hint: 'ssh-keygen -t ed25519 makes one; --add takes the public keys of others',
  });
}

function recipientOf(line: string): TeamMember {
  try {
    return readRecipient(line);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const key = /PRIVATE|SECRET/.test(line) ? '' : ` ${JSON.stringify(line.slice(0, 40))}`;
    throw new SecretsError(`Cannot use the key${key}: ${cause.message}`, { cause });
  }
}

function ownKeys({ world }: Session): readonly TeamMember[] {
  const paths = ['id_ed25519.pub', 'id_rsa.pub'].map((name) =>
    join(world.env['HOME'] ?? homedir(), '.ssh', name),
  );
  const own = paths.find((path) => existsSync(path));
  return own === undefined ? [] : [recipientOf(readFileSync(own, 'utf8'))];
}
