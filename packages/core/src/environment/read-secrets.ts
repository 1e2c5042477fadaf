import {
  environmentSecretStore,
  lockedSecretStore,
  NO_SECTION,
  openSecretStore,
  SecretsError,
  type Place,
  type SecretsSection,
  type SecretStore,
} from '@fairness-deploy/secrets';
import { hideVariable } from '@fairness-deploy/shell/client';
import { refersToSecret } from './interpolate.js';
import { placeOf, valueOf, type LocatedMap } from '@fairness-deploy/environment-file';
import type { LoadOptions } from './load-options.js';
import { secretsSchema } from '../inventory/secrets-schema.js';
import { validate, type ValueOrigin } from './validate.js';

/** The section `secrets`, and the store that it opens. */
export interface ReadSecrets {
  readonly section: SecretsSection;
  readonly store: SecretStore;
}

/**
 * Reads the section `secrets` and opens the secrets if the environment refers to one or
 * requires one; each that it requires and that is missing is reported with the command that
 * adds it.
 *
 * @param needed whether a plugin itself may need one
 * @throws SecretsError when they can't be opened.
 */
export async function readSecrets(
  origin: ValueOrigin & { readonly root: LocatedMap },
  place: Place,
  {
    secrets: open,
    requiresSecrets = true,
    warn = () => undefined,
    needed = false,
  }: LoadOptions & { readonly needed?: boolean },
): Promise<ReadSecrets> {
  const { root, report } = origin;
  const written = root.entries.get('secrets')?.value;
  const value = written === undefined ? undefined : valueOf(written);
  const section = validate(secretsSchema, value ?? {}, ['secrets'], origin)?.output;
  if (section === undefined) return { section: NO_SECTION, store: environmentSecretStore({}) };
  hideVariable(section.password.variable);
  const required = Object.entries(section.names).filter(([, { required }]) => required);
  if (required.length === 0 && !needed && !refersToSecret(root)) {
    return { section, store: environmentSecretStore({}) };
  }
  const store = await (open?.(section) ??
    openSecretStore(place, section, { env: process.env, warn }));
  if (!requiresSecrets) return { section, store: withAnyName(store) };
  for (const [name, { description }] of required) {
    if (store.has(name)) continue;
    const path = ['secrets', 'names', name];
    const what = description === '' ? '' : `: ${description}`;
    const message = `this secret is missing${what}`;
    report({ place: placeOf(root, path), path, message, hint: store.hint(name) });
  }
  return { section, store };
}

/** A store that has every name; a missing secret fails where it is used. */
function withAnyName(store: SecretStore): SecretStore {
  return {
    ...store,
    has: () => true,
    get: (name) => {
      if (store.has(name)) return store.get(name);
      const why = new SecretsError(`Cannot use the secret "${name}": it is missing`, {
        hint: store.hint(name),
      });
      return lockedSecretStore(why).get(name);
    },
  };
}
