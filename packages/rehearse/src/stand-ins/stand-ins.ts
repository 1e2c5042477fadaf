import type { WantedSecret } from '@fairness-deploy/core';
import type { SecretStore } from '@fairness-deploy/secrets';
import { Secret } from '@fairness-deploy/shell/secret';
import { standInFor } from './shape.js';

/** What is known of the secrets before they are asked for. */
export interface KnownStandIns {
  /** Those that the environment must have. */
  readonly wanted: readonly WantedSecret[];
  /** What the section `rehearse` says, by name. */
  readonly said: Readonly<Record<string, string>>;
}

/**
 * Stand-ins for all secrets of an environment. A secret has the same value whenever the environment is
 * loaded: what a plugin says, else what the section says, else what its name suggests.
 */
export class StandIns {
  readonly #known: KnownStandIns;
  readonly #made = new Map<string, { readonly secret: Secret; readonly isRandom: boolean }>();

  constructor(known: KnownStandIns) {
    this.#known = known;
    // A plugin may ask for one when the mask is made already.
    for (const { name } of known.wanted) this.#make(name);
  }

  /**
   * A store of them. It has every name: the environment's file of secrets is not opened.
   *
   * @param fixed what the plugins say
   * @param real the real secrets, in place of what no plugin says; without it, they are made up
   */
  store(fixed: Readonly<Record<string, string | Secret>>, real?: SecretStore): SecretStore {
    const own = new Map(
      Object.entries(fixed).map(([name, value]) => [
        name,
        value instanceof Secret ? value : new Secret(name, value),
      ]),
    );
    const masked = Object.values(fixed).filter((value) => value instanceof Secret);
    // The reader asks for these when the files' own have been used.
    const random = (): readonly Secret[] =>
      [...this.#made.values()].filter(({ isRandom }) => isRandom).map(({ secret }) => secret);
    return {
      names: real?.names ?? [],
      get secrets() {
        return [...masked, ...(real?.secrets ?? random())];
      },
      has: (name) => own.has(name) || (real?.has(name) ?? true),
      get: (name) => own.get(name) ?? (real ?? { get: (one) => this.#make(one) }).get(name),
      hint: (name) => real?.hint(name) ?? '',
    };
  }

  #make(name: string): Secret {
    const { wanted, said } = this.#known;
    const made = this.#made.get(name);
    if (made) return made.secret;
    const about = wanted.find((one) => one.name === name) ?? { name, deprecated: false };
    const value = Object.hasOwn(said, name) ? said[name] : undefined;
    const standIn = value === undefined ? standInFor(about) : { value, isRandom: false };
    const secret = new Secret(name, standIn.value);
    this.#made.set(name, { secret, isRandom: standIn.isRandom });
    return secret;
  }
}
