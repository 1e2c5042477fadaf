import { withHint } from '@fairness-deploy/shell/text';
import { secretsFileOf, shown } from '../environment/place.js';
import { hasOwnDriver } from '../git/install-driver.js';
import { newKeyHint, newKeyNotice, rememberKey } from '../git/known-keys.js';
import { addHint } from '../store/open-secret-store.js';
import { tooShortNotice } from '../mask/too-short.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { openIfThere } from '../file/read-secrets.js';
import { maskedSecrets, problemsOf } from '../file/problems.js';
import type { Session } from './session.js';

export interface CheckOptions {
  /** This clone accepts the file's data key from now on, also when another person made it. */
  readonly accept?: boolean;
}

/** One problem, for people and for machines. */
interface Problem {
  readonly problem: string;
  readonly name?: string;
  readonly text: string;
}

/** Reports the problems of an environment's secrets; shows no value. */
export async function checkSecrets(
  session: Session,
  { accept = false }: CheckOptions = {},
): Promise<boolean> {
  const { place, section, anyName, keys, say } = session;
  const file = shown(place, secretsFileOf(place));
  const { opened } = await openIfThere(place, keys);
  const values = opened?.values ?? new Map<string, string>();
  const { missing, unknown, placeholders } = problemsOf(values, section, anyName);
  const exposed = [...(opened?.exposed ?? [])];
  const newKey = newKeyNotice(place, opened);
  if (accept || newKey === undefined) rememberKey(place, opened?.sealedKey);
  const wrong: readonly Problem[] = [
    ...(newKey === undefined || accept
      ? []
      : [{ problem: 'new data key', text: withHint(newKey, newKeyHint(place)) }]),
    ...missing.map((name) => {
      const description = ownEntry(section.names, name)?.description ?? '';
      const what = `${name} is missing${description === '' ? '' : ` (${description})`}`;
      return { problem: 'missing', name, text: withHint(what, addHint(place, name)) };
    }),
    ...unknown.map((name) => ({
      problem: 'not declared',
      name,
      text: withHint(
        `${name} is not declared`,
        `describe it in environment.yaml, secrets: { names: { ${name}: … } }, or remove it: npx nx run ${place.environment}:secrets`,
      ),
    })),
    ...placeholders.map((name) => ({
      problem: 'placeholder',
      name,
      text: withHint(`${name} is a placeholder`, addHint(place, name)),
    })),
    ...(opened?.unencrypted ?? []).map((name) => ({
      problem: 'unencrypted',
      name,
      text: withHint(
        `${name} stands in the file unencrypted`,
        `npx nx run ${place.environment}:secrets-rekey encrypts all; change it if it has been committed`,
      ),
    })),
    ...exposed.map(([name, who]) => ({
      problem: 'to be changed',
      name,
      text: withHint(`${name} is to be changed: known to ${who}`, addHint(place, name)),
    })),
  ];
  for (const notice of tooShortNotice(maskedSecrets(values, section))) say(notice);
  if (hasOwnDriver(place.workspace) === false) {
    say(
      withHint(
        'git compares and merges secrets by another version of this package in this clone',
        'npx nx g @fairness-deploy/secrets:init',
      ),
    );
  }
  for (const { text, ...data } of wrong) say(text, { type: 'secrets-problem', ...data });
  const count = `${String(values.size)} secret${values.size === 1 ? '' : 's'}`;
  say(
    wrong.length === 0
      ? `${file}: ${count}, all as declared`
      : `${file}: ${String(wrong.length)} to put right`,
  );
  return wrong.length === 0;
}
