import { isRecipient } from '../age/identity.js';
import type { TeamMember } from '../age/recipient.js';
import { secretsFileOf, shown } from '../environment/place.js';
import { refuseNewKey } from '../git/known-keys.js';
import { joinNames } from '../file/exposed.js';
import type { FormatName, Lock, Password } from '../file/keys.js';
import type { OpenedFile } from '../file/opened-file.js';
import { formatOf, sealText } from '../file/secrets-file.js';
import { confirm } from '../keys/confirm.js';
import { askHidden } from '../keys/ask-hidden.js';
import { passwordOf } from '../keys/find-password.js';
import { openSecrets, readSecretsText, told } from '../file/read-secrets.js';
import { SecretsError } from '../secrets-error.js';
import { writeSecrets } from '../store/write-secrets.js';
import { recipientsOf } from './choose-lock.js';
import type { Session } from './session.js';

export interface RekeyOptions {
  /** A new format for the file. */
  readonly format?: FormatName;
  /** Public keys, or paths of files with them. */
  readonly add?: readonly string[];
  /** Names or keys of recipients. */
  readonly remove?: readonly string[];
  /** The environment that the file belonged to, if it was moved or copied here. */
  readonly from?: string;
  /** Allow that none of the user's own keys can read it any more. */
  readonly lockout?: boolean;
}

const NEW_PASSWORD_VARIABLE = 'FAIRNESS_VAULT_NEW_PASSWORD';

/**
 * Encrypts everything anew: with a new password, or a new data key for other recipients. Reports
 * which secrets are known to people who can't read them any more.
 */
export async function rekeySecrets(session: Session, options: RekeyOptions): Promise<boolean> {
  const { place, keys, say } = session;
  const file = shown(place, secretsFileOf(place));
  const text = await readSecretsText(place);
  if (text === undefined) {
    throw new SecretsError(`Cannot rekey ${file}: there is no such file`, {
      hint: `npx nx run ${place.environment}:secrets writes it`,
    });
  }
  const { from = place.environment, lockout = false } = options;
  const source = { ...place, environment: from };
  const opened = formatOf(text) === 'plain' ? undefined : await openSecrets(text, source, keys);
  refuseNewKey(place, opened, `rekey ${file}`);
  const change = await changeOf(session, opened, options);
  const names = opened ? [...opened.values.keys()] : [];
  const { gone } = change;
  const known = names.map((name) => [name, joinNames([opened?.exposed.get(name), gone])] as const);
  const exposed = new Map(known.filter(([, who]) => who !== ''));
  const lock: Lock = change.lock.format === 'age' ? { ...change.lock, exposed } : change.lock;
  if (lock.format === 'age' && !lockout) await confirmLockout(session, lock.recipients);
  try {
    await writeSecrets(place, await sealText(opened?.plain ?? text, lock), text);
  } catch (error) {
    throw told(error, place, 'rekey');
  }
  say(`${file} is encrypted anew ${describe(lock)}`);
  if (lock.format !== 'age' && gone !== undefined) {
    say(
      'Write the new password where the old one is kept, such as environments/vault-password, once each environment that it opens is rekeyed.',
    );
  }
  if (opened === undefined) {
    say(
      'It was not encrypted before: what was committed like that is known, and should be changed.',
    );
  } else if (gone !== undefined && names.length > 0) {
    say(`Known to ${gone}, and should be changed: ${names.join(', ')}`);
  }
  for (const notice of opened === undefined ? [] : formatNotices(opened, lock)) say(notice);
  if (opened !== undefined) say('Earlier commits can still be read with the old keys.');
  return true;
}

/**
 * Asks for confirmation when the user's own keys could no longer open the file.
 *
 * @throws SecretsError without a confirmation.
 */
async function confirmLockout(
  { place, keys, say }: Session,
  recipients: readonly TeamMember[],
): Promise<void> {
  if (await isRecipient((await keys.identities()).keys, recipients)) return;
  const names = recipients.map(({ name }) => name).join(', ');
  say(
    `You lock yourself out: none of your keys is among those of ${names}. You could no longer read or change these secrets.`,
  );
  const answer = await confirm('Encrypt them anyway?');
  if (answer === true) return;
  throw new SecretsError(
    `Cannot rekey ${shown(place, secretsFileOf(place))}: you would lock yourself out${answer === undefined ? ', and there is no terminal to ask on' : ''}; nothing is written`,
    {
      hint: 'add your own public key too: --add="$(cat ~/.ssh/id_ed25519.pub)"; or, to lock yourself out: --lockout',
    },
  );
}

interface Change {
  readonly lock: Lock;
  /** People who knew the secrets and can't open the file any more. */
  readonly gone?: string;
}

async function changeOf(
  session: Session,
  opened: OpenedFile | undefined,
  { format = opened?.lock.format, add = [], remove = [] }: RekeyOptions,
): Promise<Change> {
  const before = opened?.lock;
  if (format === 'age' || (format === undefined && add.length > 0)) {
    const recipients = before?.format === 'age' ? before.recipients : [];
    const removed = remove.map((who) => memberOf(recipients, who));
    const added =
      before?.format === 'age' && add.length === 0 ? [] : await recipientsOf(add, session);
    const kept = recipients.filter(
      ({ key }) => !removed.some((one) => one.key === key) && !added.some((one) => one.key === key),
    );
    const all = [...kept, ...added];
    if (all.length === 0) throw new SecretsError('Cannot rekey: no recipient would be left');
    const gone = removed.map(({ name }) => name).join(', ');
    return {
      lock: { format: 'age', environment: session.place.environment, recipients: all },
      ...(gone !== '' && { gone }),
    };
  }
  if (add.length > 0 || remove.length > 0) {
    const command = `npx nx run ${session.place.environment}:secrets-rekey`;
    throw new SecretsError(
      `Cannot add or remove recipients: ${format ?? 'ansible-vault'} has a password, and no recipients`,
      {
        hint:
          before?.format === 'age'
            ? `${command} --remove=<name> keeps age's format; --format alone moves to a password`
            : `${command} --format=age --add=<public key>`,
      },
    );
  }
  const label = before !== undefined && 'label' in before ? before.label : undefined;
  const isNew = before !== undefined && before.format !== 'age';
  const password = isNew ? await newPassword(session) : await session.keys.password();
  const gone =
    isNew && !password.bytes.equals(before.password.bytes) && 'anyone with the old password';
  return {
    lock: {
      format: format ?? 'ansible-vault',
      password,
      ...(label !== undefined && { label }),
    },
    ...(gone !== false && { gone }),
  };
}

/** The secrets to change that the new format can't note, or the old one could not. */
function formatNotices({ lock: before, values, exposed }: OpenedFile, after: Lock): string[] {
  const names = [...values.keys()].join(', ');
  if (names === '' || (before.format === 'age') === (after.format === 'age')) return [];
  const who =
    before.format === 'age'
      ? before.recipients.map(({ name }) => name).join(', ')
      : 'anyone with the password';
  const still = [...exposed].map(([name, whom]) => `${name} (known to ${whom})`).join(', ');
  return [
    `Known to ${who}: if one of them must no longer read them, change ${names}`,
    ...(still === ''
      ? []
      : [`Still to be changed, which ${after.format} has no note of: ${still}`]),
  ];
}

function memberOf(recipients: readonly TeamMember[], who: string): TeamMember {
  const found = recipients.filter(
    ({ key, name }) => name === who || key === who || who.startsWith(`${key} `),
  );
  const [member, another] = found;
  if (member && another === undefined) return member;
  const problem = member ? 'several recipients have that name' : 'there is no such recipient';
  throw new SecretsError(`Cannot remove ${JSON.stringify(who)}: ${problem}`, {
    hint: member
      ? `name the key: ${found.map(({ key }) => key).join(' or ')}`
      : `there are ${recipients.map(({ name }) => name).join(', ') || 'none'}`,
  });
}

async function newPassword({ world }: Session): Promise<Password> {
  const given = world.env[NEW_PASSWORD_VARIABLE];
  if (given !== undefined) return passwordOf(Buffer.from(given), NEW_PASSWORD_VARIABLE);
  const typed = await askHidden('New password: ');
  if (typed === undefined) {
    throw new SecretsError('Cannot ask for the new password: there is no terminal', {
      hint: `give it as ${NEW_PASSWORD_VARIABLE}`,
    });
  }
  const password = passwordOf(Buffer.from(typed), 'the terminal');
  if ((await askHidden('Once more: ')) !== typed) {
    throw new SecretsError('Cannot take the new password: you typed two different ones');
  }
  return password;
}

function describe(lock: Lock): string {
  return lock.format === 'age'
    ? `for ${lock.recipients.map(({ name }) => name).join(', ')}`
    : `with the password from ${lock.password.from} (${lock.format})`;
}
