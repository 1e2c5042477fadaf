import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publicAgeKey } from '../age/age-key.js';
import { readRecipient, type TeamMember } from '../age/recipient.js';
import type { FormatName, Lock } from '../file/keys.js';
import { findNamedRecipients } from '../keys/find-named-recipients.js';
import { NoPassword } from '../keys/find-password.js';
import { homeFolder, readRegularFile, systemReason } from '@fairness-deploy/shell/client';
import { SecretsError } from '../secrets-error.js';
import type { Session } from './session.js';

/**
 * How to encrypt a new file. The default is the way that the user has a key for: the password of
 * Ansible Vault if there is one, else the user's own key.
 *
 * @throws SecretsError when there is neither, or the password can't be used.
 */
export async function chooseLock(session: Session, format: FormatName | undefined): Promise<Lock> {
  const { environment } = session.place;
  if (format === 'age') {
    return { format, environment, recipients: await recipientsOf([], session) };
  }
  try {
    return { format: format ?? 'ansible-vault', password: await session.keys.password() };
  } catch (error) {
    if (!(error instanceof NoPassword) || format !== undefined) throw error;
    const recipients = tell(session, await ownKeys(session));
    if (recipients.length === 0) throw error;
    return { format: 'age', environment, recipients };
  }
}

/**
 * @param lines public keys as in .pub files, or paths of such files.
 * @throws SecretsError that says which one can't be one.
 */
export async function recipientsOf(
  lines: readonly string[],
  session: Session,
): Promise<readonly TeamMember[]> {
  const recipients = lines.flatMap((line) =>
    (existsSync(line) ? readPublicKeys(line).split('\n') : [line])
      .filter((each) => each.trim() !== '' && !each.startsWith('#'))
      .map(recipientOf),
  );
  const all = recipients.length > 0 ? recipients : tell(session, await ownKeys(session));
  if (all.length > 0) return all;
  throw new SecretsError(
    'Cannot encrypt without a recipient: you have no key in ~/.ssh, and none of age',
    {
      hint: 'ssh-keygen -t ed25519 makes one, or age-keygen -o environments/age-identity',
    },
  );
}

function readPublicKeys(path: string): string {
  try {
    return readRegularFile(path).toString();
  } catch (cause) {
    throw new SecretsError(`Cannot read the key from ${path}: ${systemReason(cause)}`, { cause });
  }
}

function recipientOf(line: string): TeamMember {
  try {
    return readRecipient(line);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const key = /private|secret/i.test(line) ? '' : ` ${JSON.stringify(line.slice(0, 40))}`;
    throw new SecretsError(`Cannot use the key${key}: ${cause.message}`, { cause });
  }
}

/** The user's own recipients, and where their keys are, for people. */
interface OwnKeys {
  readonly recipients: readonly TeamMember[];
  readonly from: string;
}

/** Those that the environment variables name, else the one of SSH, else those of age. */
async function ownKeys({ world, keys }: Session): Promise<OwnKeys> {
  const named = await findNamedRecipients(world);
  if (named.length > 0) {
    const from = [...new Set(named.map((one) => one.from))].join(' and ');
    return { recipients: named.map(({ line }) => recipientOf(line)), from };
  }
  const paths = ['id_ed25519.pub', 'id_rsa.pub'].map((name) =>
    join(homeFolder(world.env), '.ssh', name),
  );
  const own = paths.find((path) => existsSync(path));
  if (own !== undefined) return { recipients: [recipientOf(readPublicKeys(own))], from: own };
  const { keys: all, from } = await keys.identities();
  const identities = all.filter((key) => typeof key === 'string');
  const lines = await Promise.all(identities.map(publicAgeKey));
  return { recipients: lines.map(recipientOf), from: from.join(', ') };
}

/** Tells for whom a file is encrypted when the user has named nobody. */
function tell({ say }: Session, { recipients, from }: OwnKeys): readonly TeamMember[] {
  const names = recipients.map(({ name, key }) =>
    key.startsWith(name.slice(0, 12)) ? name : `${name} (${key.slice(0, 20)}…)`,
  );
  if (names.length > 0) say(`The recipient is ${names.join(', ')}: the key of ${from}`);
  return recipients;
}
