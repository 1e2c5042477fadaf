import { isDeepStrictEqual } from 'node:util';
import { compact, isConfig, type Config, type ConfigValue } from './configuration.js';

/** Keys that each environment says itself, however alike they are. */
const OWN_KEYS = ['description', 'url', 'resources', 'vars', 'hosts', 'takeover'];

export interface SharedConfig {
  readonly shared: Config;
  /** By the environment's name. */
  readonly own: ReadonlyMap<string, Config>;
}

/**
 * Splits environments into what all of them have in common, which they extend, and what each has for
 * itself. With a single one, all but its hosts and variables is common.
 */
export function share(environments: ReadonlyMap<string, Config>): SharedConfig {
  const all = [...environments.values()].map((config) => without(config, OWN_KEYS));
  const [first, ...others] = all;
  const common = first === undefined ? {} : others.reduce<Config>(inCommon, first);
  const own = new Map(
    [...environments].map(([name, config]) => [name, difference(config, common)]),
  );
  return { shared: common, own };
}

function without(config: Config, keys: readonly string[]): Config {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
}

function inCommon(one: Config, other: Config): Config {
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]): [string, ConfigValue][] => {
      const theirs = Object.hasOwn(other, key) ? other[key] : undefined;
      if (theirs === undefined) return [];
      if (isDeepStrictEqual(value, theirs)) return [[key, value]];
      if (!isConfig(value) || !isConfig(theirs)) return [];
      const both = inCommon(value, theirs);
      return Object.entries(compact({ [key]: both }));
    }),
  );
}

function difference(config: Config, common: Config): Config {
  return compact(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => {
        const shared = Object.hasOwn(common, key) ? common[key] : undefined;
        if (shared === undefined) return [key, value];
        if (isDeepStrictEqual(value, shared)) return [key, undefined];
        if (isConfig(value) && isConfig(shared)) return [key, difference(value, shared)];
        return [key, value];
      }),
    ),
  );
}
