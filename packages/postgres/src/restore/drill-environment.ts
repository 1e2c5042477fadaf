import { isDeepStrictEqual } from 'node:util';
import { loadEnvironment, type Environment, type Offer, type Plugin } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';
import type { Section } from '../section/section.js';

/**
 * The environment as it would be with another database: all that `${postgres.…}` fills in names that one.
 *
 * @returns undefined when no variable of the application names the database by an offer, so that the
 *   application would use its own.
 * @throws as loadEnvironment() does.
 */
export async function withDatabase(
  environment: Environment,
  plugins: readonly Plugin[],
  database: Text,
): Promise<Environment | undefined> {
  const { name, workspace } = environment;
  const changed = await loadEnvironment(
    { name, workspace },
    {
      plugins: plugins.map((plugin) =>
        plugin.section === 'postgres' ? named(plugin, database) : plugin,
      ),
    },
  );
  return isDeepStrictEqual(revealed(environment), revealed(changed.environment))
    ? undefined
    : changed.environment;
}

/** The plugin, with offers that name the database. */
function named(plugin: Plugin, database: Text): Plugin {
  const offers = plugin.offers?.map((offer): Offer => ({
    ...offer,
    values: (context) =>
      offer.values({
        ...context,
        // Sound: the plugin's own schema returned it.
        section: { ...(context.section as Section), database },
      }),
  }));
  return { ...plugin, ...(offers && { offers }) };
}

/** The variables of all processes, as the host gets them. */
function revealed({ application }: Environment): unknown {
  const of = (env: Readonly<Record<string, Text>> = {}): unknown =>
    Object.entries(env).map(([key, value]) => [key, value.reveal()]);
  return [of(application?.env), application?.processes.map(({ env }) => of(env))];
}
