import { maskedSecret, type SecretsSection } from '../environment/section.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { Secret } from '@fairness-deploy/shell/secret';

/** What people write who mean to come back; in lower case, without what surrounds it. */
const PLACEHOLDERS = new Set([
  ...['', 'changeme', 'replaceme', 'fixme', 'todo', 'tbd', 'placeholder', 'none', 'null', '~'],
  ...['secret', 'password', 'passwd', 'example', 'dummy', 'default', 'undefined', 'your'],
]);

/** Whether a value stands for one that is still to be written. */
function isPlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  if (/^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^\$\{.*\}$|^(?:x{3,}|\*+|\.+|…|\?+|-+)$/.test(text))
    return true;
  return PLACEHOLDERS.has(text.replaceAll(/[\W_]/g, '')) || PLACEHOLDERS.has(text);
}

/** The names of secrets that aren't as the environment file says. */
export interface Problems {
  /** The names that have to be there and aren't, or have no value. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly placeholders: readonly string[];
}

/**
 * Compares what there is with what is declared.
 *
 * @param anyName whether names that nothing declares are right
 */
export function problemsOf(
  values: ReadonlyMap<string, string>,
  { names }: Pick<SecretsSection, 'names'>,
  anyName: boolean,
): Problems {
  const declared = Object.entries(names);
  const given = [...values].filter(([, value]) => value !== '');
  return {
    missing: declared
      .filter(([name, { required }]) => required && !values.get(name))
      .map(([name]) => name),
    unknown: anyName ? [] : [...values.keys()].filter((name) => !Object.hasOwn(names, name)),
    placeholders: given
      .filter(([name, value]) => ownEntry(names, name)?.deprecated !== true && isPlaceholder(value))
      .map(([name]) => name),
  };
}

/** Those that are masked in what a host prints. */
export function maskedSecrets(
  values: ReadonlyMap<string, string>,
  { names }: SecretsSection,
): readonly Secret[] {
  return [...values]
    .filter(([name, value]) => value !== '' && maskedSecret(ownEntry(names, name)))
    .map(([name, value]) => new Secret(name, value));
}
