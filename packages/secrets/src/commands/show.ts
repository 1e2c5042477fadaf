import { columns } from '@fairness-deploy/shell/text';
import { plainOf } from '../file/plain-of.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { openSecrets, readSecretsText } from '../file/read-secrets.js';
import { secretsFileOf, shown } from '../environment/place.js';
import { SecretsError } from '../secrets-error.js';
import { writeToTerminal } from '../terminal/write-to-terminal.js';
import type { Session } from './session.js';

export interface ShowOptions {
  /** Values too, not only names. */
  readonly reveal?: boolean;
  /** Only this secret. */
  readonly name?: string;
}

/**
 * Lists an environment's secrets. Shows values only on request, and on the terminal itself: Nx
 * keeps the output of its tasks in files.
 */
export async function showSecrets(
  { place, section, keys, say }: Session,
  { reveal = false, name }: ShowOptions,
): Promise<boolean> {
  const text = await readSecretsText(place);
  const file = shown(place, secretsFileOf(place));
  if (text === undefined) {
    throw new SecretsError(`Cannot show ${file}: there is no such file`, {
      hint: `npx nx run ${place.environment}:secrets writes it`,
    });
  }
  const { values, lock } = await openSecrets(text, place, keys);
  const chosen = new Map([...values].filter(([each]) => name === undefined || each === name));
  if (name !== undefined && chosen.size === 0) {
    throw new SecretsError(`Cannot show ${name}: ${file} doesn't have it`, {
      hint: `it has ${[...values.keys()].join(', ') || 'none'}`,
    });
  }
  if (reveal) {
    await writeToTerminal(plainOf(chosen), place);
    return true;
  }
  const secrets = [...chosen].map(([each, value]) => ({
    name: each,
    description: ownEntry(section.names, each)?.description ?? '',
    empty: value === '',
  }));
  const rows = secrets.map((one) => [one.name, one.empty ? '(empty)' : one.description]);
  const { format } = lock;
  const recipients = lock.format === 'age' ? lock.recipients.map((one) => one.name) : [];
  const readers = recipients.length === 0 ? '' : `, for ${recipients.join(', ')}`;
  say(`${columns(rows)}${file} (${format}${readers})`, {
    ...{ type: 'secrets', file, format, secrets },
    ...(lock.format === 'age' && { recipients }),
  });
  return true;
}
