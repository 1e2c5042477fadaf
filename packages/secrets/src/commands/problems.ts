import type { SecretsSection } from '../environment/section.js';
import { SHORTEST_MASKED } from '../mask/masker.js';

/** What people write who mean to come back; in lower case, without what surrounds it. */
const PLACEHOLDERS = new Set([
  ...['', 'changeme', 'replaceme', 'fixme', 'todo', 'tbd', 'placeholder', 'none', 'null', '~'],
  ...['secret', 'password', 'passwd', 'example', 'dummy', 'default', 'undefined', 'your'],
]);

/** Whether a value stands for one that is still to be written. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  if (/^<.*>$|^\[.*\]$|^\{\{.*\}\}$|^\$\{.*\}$|^(?:x{3,}|\*+|\.+|…|\?+|-+)$/.test(text))
    return true;
  return PLACEHOLDERS.has(text.replaceAll(/[\W_]/g, '')) || PLACEHOLDERS.has(text);
}

/** What isn't as the environment file says: for people, one sentence each. */
export interface Problems {
  /** The names that have to be there and aren't, or have no value. */
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
  readonly placeholders: readonly string[];
}

/** Compares what there is with what is declared; without declarations every name will do. */
export function problemsOf(
  values: ReadonlyMap<string, string>,
  { names }: SecretsSection,
): Problems {
  const declared = Object.entries(names);
  const given = [...values].filter(([, value]) => value !== '');
  return {
    missing: declared
      .filter(([name, { required }]) => required && !values.get(name))
      .map(([name]) => name),
    unknown:
      declared.length === 0 ? [] : [...values.keys()].filter((name) => !Object.hasOwn(names, name)),
    placeholders: given
      .filter(([name, value]) => names[name]?.deprecated !== true && isPlaceholder(value))
      .map(([name]) => name),
  };
}

/** The confidential secrets that are too short to be masked in what a host prints. */
export function unmasked(
  values: ReadonlyMap<string, string>,
  { names }: SecretsSection,
): readonly string[] {
  return [...values]
    .filter(([name, value]) => names[name]?.confidential !== false && isShort(value))
    .map(([name]) => name);
}

function isShort(value: string): boolean {
  return value !== '' && value.trim().length < SHORTEST_MASKED;
}
