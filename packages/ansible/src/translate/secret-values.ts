import { SECRET_NAME } from '@fairness-deploy/secrets';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { scalarText } from '../value/value.js';
import { literal } from './configuration.js';

/** The secrets of an environment: each value has one name, and files refer to it. */
export class SecretValues {
  readonly #values = new Map<string, Secret>();

  /** By name, in the order in which they were found. */
  get all(): ReadonlyMap<string, Secret> {
    return this.#values;
  }

  /** Keeps a value under a name, or under a similar one when that is taken by another value. */
  add(secret: Secret, wanted = secret.name): string {
    const base = nameFor(wanted);
    for (let at = 1; ; at += 1) {
      const name = at === 1 ? base : `${base}_${String(at)}`;
      const there = this.#values.get(name);
      if (there === undefined) this.#values.set(name, secret);
      if (there === undefined || there.reveal() === secret.reveal()) return name;
    }
  }

  /** A value that is a secret, though the set-up has it in plain text: the reference to it. */
  keep(name: string, value: string | Text): string {
    if (value instanceof Text && value.secrets.length > 0) return this.refer(value);
    const text = value instanceof Text ? value.reveal() : value;
    return `\${secrets.${this.add(new Secret(name, text))}}`;
  }

  /** A value as an environment file says it: each secret within is a reference. */
  refer(value: string | number | boolean | Text): string {
    if (!(value instanceof Text)) return literal(scalarText(value));
    return value.parts
      .map((part) => (part instanceof Secret ? `\${secrets.${this.add(part)}}` : literal(part)))
      .join('');
  }
}

/** A name that `${secrets.name}` can have. */
function nameFor(wanted: string): string {
  const name = wanted.replaceAll(/[^\w-]+/g, '_').replace(/^(?=[\d-])/, '_');
  return SECRET_NAME.test(name) ? name : 'secret';
}
