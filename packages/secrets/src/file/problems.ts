import { maskedSecret, type SecretsSection } from '../environment/section.js';
import { ownEntry } from '@fairness-deploy/environment-file';
import { Secret } from '@fairness-deploy/shell/secret';

/** Words that people write as a placeholder; in lower case, without surrounding characters. */
const PLACEHOLDERS = new Set([
  ...['', 'changeme', 'replaceme', 'fixme', 'todo', 'tbd', 'placeholder', 'none', 'null', '~'],
  ...['secret', 'password', 'passwd', 'example', 'dummy', 'default', 'undefined', 'your'],
]);

/** Whether a value is a placeholder. */
function isPlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  if (/^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^\$\{.*\}$|^(?:x{3,}|\*+|\.+|…|\?+|-+)$/.test(text))
    return true;
  return PLACEHOLDERS.has(text.replaceAll(/[\W_]/g, '')) || PLACEHOLDERS.has(text);
}

/** The names of secrets that differ from their declaration. */
export interface Problems {
  /** Required names that are missing, or have no value. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly placeholders: readonly string[];
}

/**
 * Compares the secrets with their declarations.
 *
 * @param anyName whether names that nothing declares are allowed
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

/** The secrets that are masked in the output of hosts. */
export function maskedSecrets(
  values: ReadonlyMap<string, string>,
  { names }: SecretsSection,
): readonly Secret[] {
  return [...values]
    .filter(([name, value]) => value !== '' && maskedSecret(ownEntry(names, name)))
    .map(([name, value]) => new Secret(name, value));
}
