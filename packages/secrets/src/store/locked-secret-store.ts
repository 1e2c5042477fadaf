import { failureOf } from '@fairness-deploy/shell/text';
import { Secret } from '@fairness-deploy/shell/secret';
import type { SecretStore } from './secret-store.js';

/**
 * A store for secrets that can't be opened, for commands that may not need them: it has every name,
 * and only revealing one fails.
 *
 * @param why the error then.
 * @param open a store of secrets that are available all the same.
 */
export function lockedSecretStore(why: Error, open?: SecretStore): SecretStore {
  return {
    names: open?.names ?? [],
    secrets: open?.secrets ?? [],
    has: () => true,
    get: (name) => (open?.has(name) === true ? open.get(name) : new LockedSecret(name, why)),
    hint: () => failureOf(why).hint ?? why.message,
  };
}

class LockedSecret extends Secret {
  readonly #why: Error;

  constructor(name: string, why: Error) {
    super(name, '');
    this.#why = why;
  }

  override get locked(): Error {
    return this.#why;
  }

  override reveal(): never {
    throw this.#why;
  }

  override map(): Secret {
    return this;
  }
}
