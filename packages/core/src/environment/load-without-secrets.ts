import { lockedSecretStore, NO_SECTION, type SecretsSection } from '@fairness-deploy/secrets';
import type { EnvironmentReference } from '@fairness-deploy/environment-file';
import { askPlugin } from '../plugin/ask-plugin.js';
import { loadEnvironment, type LoadedEnvironment } from './load-environment.js';
import type { LoadOptions } from './load-options.js';

/** A secret that an environment must have. */
export interface WantedSecret {
  readonly name: string;
  readonly description: string;
  /** How many random bytes make a good one; undefined: another system gives it. */
  readonly bytes?: number;
  /** Nothing uses its value any more. */
  readonly deprecated: boolean;
}

/** An environment without its secrets. */
export interface UnopenedEnvironment extends LoadedEnvironment {
  readonly section: SecretsSection;
  /** The secrets that it must have: declared ones, those that its files refer to, and those of plugins. */
  readonly wanted: readonly WantedSecret[];
}

/**
 * Loads an environment and finds which secrets it must have. Opens none. Files that a section names may be on
 * another machine, or not be written yet.
 *
 * @throws EnvironmentError with file, line and key.
 */
export async function loadWithoutSecrets(
  reference: EnvironmentReference,
  options: Pick<LoadOptions, 'source'> = {},
): Promise<UnopenedEnvironment> {
  const store = lockedSecretStore(new Error('Cannot read a secret: it is not needed here'));
  const used = new Set<string>();
  let section: SecretsSection = NO_SECTION;
  const loaded = await loadEnvironment(reference, {
    ...options,
    secrets: (declared) => {
      section = declared;
      return {
        ...store,
        get: (secret) => {
          used.add(secret);
          return store.get(secret);
        },
      };
    },
    validates: false,
  });
  const needed = loaded.plugins.flatMap(
    (plugin) =>
      askPlugin(plugin.section, 'its function "secrets"', () =>
        plugin.secrets?.(loaded.environment.sections[plugin.section]),
      ) ?? [],
  );
  const { names } = section;
  const declared = Object.entries(names).filter(
    ([secret, { required }]) => required || used.has(secret),
  );
  const all = new Set([
    ...declared.map(([secret]) => secret),
    ...used,
    ...needed.map((one) => one.name),
  ]);
  const wanted = [...all].map((secret): WantedSecret => {
    const own = Object.hasOwn(names, secret) ? names[secret] : undefined;
    const plugin = needed.find((one) => one.name === secret);
    const bytes = plugin?.bytes;
    return {
      name: secret,
      description: own?.description ?? plugin?.description ?? '',
      deprecated: own?.deprecated ?? false,
      ...(bytes !== undefined && { bytes }),
    };
  });
  return { ...loaded, section, wanted };
}
