import { envSchema, shellCommandSchema, z } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';

const COMMAND = 'expected a shell command, or false for none';
const SETTINGS =
  'expected a shell command, a map of command, variables and secrets, or false for none';
const SECRET = 'expected the name of a secret alone, such as calendar_token';

/** A command that makes a release, and what it sees besides what every such command sees. */
export interface ReleaseCommand {
  readonly command: string;
  /** Variables of this command alone. */
  readonly variables: Readonly<Record<string, Text>>;
  /** The secrets whose variables of the application it sees. */
  readonly secrets: readonly string[];
}

/** A command; false: none. */
export const commandSchema = z
  .union([shellCommandSchema, z.literal(false)], { error: COMMAND })
  .transform((command) => (command === false ? undefined : command));

/** A command, with more variables where it is a map; false: none. */
export const releaseCommandSchema = z.union(
  [
    shellCommandSchema,
    z.literal(false),
    z.strictObject({
      command: shellCommandSchema
        .describe('The command. Default: the one that is the default without this map.')
        .exactOptional(),
      variables: envSchema
        .prefault({})
        .describe(
          'Environment variables of this command alone. ${secrets.name} may stand in a value: what the command makes of it, such as files for browsers, is then up to the command.',
        ),
      secrets: z
        .array(
          // A custom schema words a secret itself, which a list of names is easily mistaken for.
          z
            .custom<string>((name) => typeof name === 'string' && /^[A-Za-z_][\w-]*$/.test(name), {
              error: SECRET,
            })
            .meta({ type: 'string' }),
          { error: 'expected a list of names of secrets' },
        )
        .default([])
        .describe(
          'Names of secrets: the command sees the variables of application.env that hold no other secret than these. What a build sees may end up in files that browsers get.',
        ),
    }),
  ],
  { error: SETTINGS },
);

/** A command as it is written. */
export type GivenCommand = z.output<typeof releaseCommandSchema>;

/**
 * A command with its default.
 *
 * @returns undefined when there is none; a message when the map lacks it, and there is no default
 */
export function releaseCommand(
  given: GivenCommand | undefined,
  fallback: string | undefined,
): ReleaseCommand | { readonly message: string } | undefined {
  if (given === false) return undefined;
  const {
    command = fallback,
    variables = {},
    secrets = [],
  } = typeof given === 'object' ? given : { command: given ?? fallback };
  if (command !== undefined) return { command, variables, secrets };
  return given === undefined ? undefined : { message: 'expected a shell command' };
}

/** Whether nobody has written a command: then the commit's package manager decides. */
export function isOpen(given: GivenCommand | undefined): boolean {
  return given === undefined || (typeof given === 'object' && given.command === undefined);
}

/**
 * Whether a command may see a variable of the application: it holds no secret but those that the
 * command is allowed to see.
 */
export function isVisible(value: Text, secrets: readonly string[]): boolean {
  return value.secrets.every(({ name }) => secrets.includes(name));
}
