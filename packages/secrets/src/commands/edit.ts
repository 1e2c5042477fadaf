import { secretsFileOf, shown } from '../environment/place.js';
import { editText } from '../edit/edit-text.js';
import { suggestions } from '../edit/header.js';
import { refuseNewKey } from '../git/known-keys.js';
import type { FormatName, Lock } from '../file/keys.js';
import type { OpenedFile } from '../file/opened-file.js';
import { parsePlain, removeEntries, valuesOf } from '../file/plain-text.js';
import { sealText } from '../file/secrets-file.js';
import { openIfThere } from '../file/read-secrets.js';
import { FormatError, SecretsError } from '../secrets-error.js';
import { isOfSystem, systemReason } from '@fairness-deploy/shell/client';
import { writeSecrets } from '../store/write-secrets.js';
import { keepFromNx } from '../terminal/keep-from-nx.js';
import { chooseLock } from './choose-lock.js';
import { problemsOf } from '../file/problems.js';
import type { Session } from './session.js';

export interface EditOptions {
  /** The format of a new file. */
  readonly format?: FormatName;
}

/** Opens an environment's secrets in the user's editor. */
export async function editSecrets(session: Session, { format }: EditOptions): Promise<boolean> {
  const { place, section, keys, world, say } = session;
  const file = shown(place, secretsFileOf(place));
  if (!process.stdin.isTTY) {
    throw new SecretsError(`Cannot edit ${file}: there is no terminal`, {
      hint: `npx nx run ${place.environment}:secrets-set --name=<name> takes a value from standard input`,
    });
  }
  await keepFromNx(place, `secrets ${place.environment}`);
  const { text, opened } = await openIfThere(place, keys);
  refuseNewKey(place, opened, `edit ${file}`);
  const lock = opened?.lock ?? (await chooseLock(session, format));
  const values = opened?.values ?? new Map<string, string>();
  const plain = opened?.plain ?? '';
  const suggested = suggestions(section.names, (name) => values.has(name));
  const separator = plain === '' || plain.endsWith('\n') ? '' : '\n';
  const edit = {
    text: suggested === '' ? plain : `${plain}${separator}${suggested}`,
    about: aboutLines(file, lock),
  };
  const edited = await editText(edit, world.env, async (given) => {
    const kept = withoutUnfilled(given, values);
    // Nothing was edited, except our own suggestions.
    const now = kept === `${plain}${separator}` ? plain : kept;
    const after = valuesOf(now);
    const sealed = await seal(now, opened, lock);
    const isSame = sealed === text || (text === undefined && after.size === 0);
    // Here, as the edited text is lost when the editor isn't opened again.
    if (!isSame) await openingAgain(() => writeSecrets(place, sealed, text));
    return { after, isSame, cut: cutValues(given, values) };
  });
  for (const name of edited.cut) {
    say(
      `Warning: in the value of ${name}, YAML takes "&" at its beginning or " #" for its own: if it was meant, put the value into quotes, 'it''s'`,
    );
  }
  const changes = changesOf(values, edited.after);
  if (edited.isSame) {
    say(`${file} is as it was`);
    return true;
  }
  say(`${file} is written${changes === '' ? '' : `: ${changes}`}`);
  const { missing, unknown, placeholders } = problemsOf(edited.after, section, session.anyName);
  if (missing.length + unknown.length + placeholders.length > 0) {
    say(`Not all is as declared yet: npx nx run ${place.environment}:secrets-check`);
  }
  return true;
}

function seal(plain: string, opened: OpenedFile | undefined, lock: Lock): Promise<string> {
  return opened ? opened.seal(plain) : sealText(plain, lock);
}

/** The user can fix what keeps the system from writing while the editor is open. */
async function openingAgain(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof SecretsError && isOfSystem(error.cause))) throw error;
    throw new FormatError(`it can't be written: ${systemReason(error.cause)}`, {
      cause: error,
    });
  }
}

/** Values whose end, or beginning, YAML sees elsewhere than people would. */
function cutValues(text: string, before: ReadonlyMap<string, string>): readonly string[] {
  return [...parsePlain(text).values()]
    .filter(({ name, value, cut }) => cut && before.get(name) !== value)
    .map(({ name }) => name);
}

function aboutLines(file: string, lock: Lock): readonly string[] {
  return [
    `${file}, decrypted. Lines "name: value"; it is encrypted again when you close the editor.`,
    ...(lock.format === 'age'
      ? [
          `For ${lock.recipients.map(({ name }) => name).join(', ')}.`,
          'Comments are not kept here: describe secrets in environment.yaml.',
        ]
      : []),
    'Lines that begin with #| are taken out.',
  ];
}

/** Removes suggestions that are still empty. */
function withoutUnfilled(text: string, before: ReadonlyMap<string, string>): string {
  const entries = parsePlain(text);
  const unfilled = [...entries.values()].filter(
    ({ name, value }) => value === '' && !before.has(name),
  );
  return removeEntries(text, unfilled);
}

function changesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string {
  const named = (what: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${what} ${names.join(', ')}`];
  return [
    ...named(
      'added',
      [...after.keys()].filter((name) => !before.has(name)),
    ),
    ...named(
      'changed',
      [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    ),
    ...named(
      'removed',
      [...before.keys()].filter((name) => !after.has(name)),
    ),
  ].join('; ');
}
