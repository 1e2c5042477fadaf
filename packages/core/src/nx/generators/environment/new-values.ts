import { randomBytes } from 'node:crypto';
import { Secret } from '@fairness-deploy/shell/secret';
import type { WantedSecret } from '../../../environment/load-without-secrets.js';

/** What secrets-check and plan recognise as no value yet. */
export const PLACEHOLDER = 'changeme';

/** Where the value of a secret is from. */
export type ValueOrigin = 'copied' | 'typed' | 'random' | 'unused' | 'placeholder';

/** A secret of a new file. */
export interface NewSecret {
  readonly secret: Secret;
  readonly description: string;
  readonly origin: ValueOrigin;
}

/**
 * The secrets of a new file.
 *
 * @param copied values of another environment, where they are wanted
 * @param ask asks for a value; an empty or missing answer leaves a placeholder
 */
export async function newValues(
  wanted: readonly WantedSecret[],
  copied: ReadonlyMap<string, string>,
  ask: (secret: WantedSecret) => Promise<string | undefined>,
): Promise<readonly NewSecret[]> {
  const made: NewSecret[] = [];
  for (const one of wanted) {
    const { value, origin } = await valueOf(one, copied.get(one.name), ask);
    made.push({ secret: new Secret(one.name, value), description: one.description, origin });
  }
  return made;
}

async function valueOf(
  wanted: WantedSecret,
  copied: string | undefined,
  ask: (secret: WantedSecret) => Promise<string | undefined>,
): Promise<{ readonly value: string; readonly origin: ValueOrigin }> {
  if (copied !== undefined && copied !== '') return { value: copied, origin: 'copied' };
  if (wanted.bytes !== undefined) {
    return { value: randomBytes(wanted.bytes).toString('hex'), origin: 'random' };
  }
  if (wanted.deprecated) return { value: 'none', origin: 'unused' };
  const typed = await ask(wanted);
  return typed === undefined || typed === ''
    ? { value: PLACEHOLDER, origin: 'placeholder' }
    : { value: typed, origin: 'typed' };
}

const SAID: Readonly<Record<ValueOrigin, string>> = {
  copied: 'copied',
  typed: 'as typed',
  random: 'a new random value',
  unused: 'nothing uses it any more: any value will do',
  placeholder: 'a placeholder: replace it',
};

/** What the file has, without any value. */
export function describeValues(file: string, secrets: readonly NewSecret[]): readonly string[] {
  if (secrets.length === 0) return [];
  return [
    `${file} is encrypted, with:`,
    ...secrets.map(({ secret, description, origin }) => {
      const what = description === '' ? '' : ` (${description})`;
      return `  ${secret.name}${what}: ${SAID[origin]}`;
    }),
  ];
}
