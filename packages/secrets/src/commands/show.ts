import { columns } from '@fairness-deploy/shell/text';
import { plainOf } from '../file/plain-of.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { openSecrets, readSecretsText } from '../read-secrets.js';
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
 * Lists an environment's secrets. Values are shown only when asked for, and on the terminal
 * itself: what goes through Nx is kept in files of its own.
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
  const rows = [...chosen].map(([each, value]) => [
    each,
    value === '' ? '(empty)' : (ownEntry(section.names, each)?.description ?? ''),
  ]);
  if (rows.length > 0) say(columns(rows).trimEnd());
  const readers =
    lock.format === 'age' ? `, for ${lock.recipients.map((one) => one.name).join(', ')}` : '';
  say(`${file} (${lock.format}${readers})`);
  return true;
}
