/** Values as Ansible has them: YAML, or a Python literal of an INI file. */
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type { Place } from '../finding/finding.js';

/** Text stands for what has a secret within, and for what is no template (`!unsafe`). */
export type Value = string | number | boolean | null | Text | readonly Value[] | ValueMap;
export type ValueMap = ReadonlyMap<string, Value>;

/** A variable's value, and the line that says it. */
export interface Variable {
  readonly value: Value;
  readonly place: Place;
}
export type Variables = ReadonlyMap<string, Variable>;

export function isMap(value: Value | undefined): value is ValueMap {
  return value instanceof Map;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isScalar(value: Value | undefined): value is string | number | boolean | Text {
  return value !== null && value !== undefined && !isMap(value) && !isList(value);
}

/** All scalars of a value become secrets, as those of a file that is encrypted as a whole. */
export function asSecret(value: Value, name: string): Value {
  if (value === null || value instanceof Text) return value;
  if (isMap(value)) {
    return new Map([...value].map(([key, each]) => [key, asSecret(each, `${name}_${key}`)]));
  }
  if (isList(value)) return value.map((each, at) => asSecret(each, `${name}_${String(at)}`));
  return Text.of(new Secret(name, scalarText(value)));
}

/** Secrets get the name of their variable, wherever in a file it stands. */
export function nameSecrets(value: Value, name: string): Value {
  if (value instanceof Text) {
    return Text.of(
      ...value.parts.map((part) =>
        typeof part === 'string' ? part : new Secret(name, part.reveal()),
      ),
    );
  }
  if (isMap(value)) {
    return new Map([...value].map(([key, each]) => [key, nameSecrets(each, `${name}_${key}`)]));
  }
  return isList(value)
    ? value.map((each, at) => nameSecrets(each, `${name}_${String(at)}`))
    : value;
}

/** As Ansible writes a scalar into a text: True and False as Python does. */
export function scalarText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}

/** Whether something within is secret. */
export function hasSecret(value: Value): boolean {
  if (value instanceof Text) return value.secrets.length > 0;
  if (isMap(value)) return [...value.values()].some(hasSecret);
  return isList(value) && value.some(hasSecret);
}

/** Joins variables: the later ones win. With `deep`, maps are merged (hash_behaviour = merge). */
export function combine(earlier: Variables, later: Variables, deep: boolean): Variables {
  const result = new Map(earlier);
  for (const [name, variable] of later) {
    const before = result.get(name)?.value;
    const value = deep ? mergeDeep(before, variable.value) : variable.value;
    result.set(name, { ...variable, value });
  }
  return result;
}

function mergeDeep(before: Value | undefined, after: Value): Value {
  if (!isMap(before) || !isMap(after)) return after;
  const result = new Map(before);
  for (const [key, value] of after) result.set(key, mergeDeep(result.get(key), value));
  return result;
}
