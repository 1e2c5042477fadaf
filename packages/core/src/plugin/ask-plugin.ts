import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import type { Secret } from '@fairness-deploy/shell/secret';
import type { Plugin } from './plugin.js';
import { PluginError } from './plugin-error.js';

/**
 * Calls a function of a plugin.
 *
 * @param what it is, for the message: `its function "checks"`
 * @throws PluginError that names the plugin, for an error that is no message to users.
 */
export function askPlugin<T>(section: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw pluginFailure(section, what, error);
  }
}

/** The error of a plugin's function, with the plugin's name unless it is a message to users. */
export function pluginFailure(section: string, what: string, error: unknown): unknown {
  if (error instanceof HintedError) return error;
  const { message } = failureOf(error);
  // Not 'Cannot read properties of undefined'.
  if (message.startsWith('Cannot ') && !(error instanceof TypeError)) return error;
  return new PluginError(
    `Cannot use the plugin of the section "${section}": ${what} failed: ${message}`,
    { cause: error },
  );
}

/**
 * The secrets that a plugin gets: those that it names, so that an environment without them is refused.
 *
 * @param value the plugin's section, as its schema returned it
 */
export function ownSecret(
  plugin: Pick<Plugin, 'section' | 'secrets'>,
  value: unknown,
  secret: (name: string) => Secret,
): (name: string) => Secret {
  return (name) => {
    if (plugin.secrets?.(value).some((needed) => needed.name === name)) return secret(name);
    throw new PluginError(
      `Cannot give the plugin of the section "${plugin.section}" the secret "${name}": its function "secrets" does not name it`,
    );
  };
}
