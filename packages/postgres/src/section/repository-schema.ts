import { projectFileSchema, z } from '@fairness-deploy/core';

/** The repository of a version that Debian does not have. */
export const repositorySchema = z
  .strictObject({
    uri: z
      .string({ error: 'expected the URL of an apt repository' })
      .regex(/^https?:\/\/[^\s]+$/, 'expected the URL of an apt repository'),
    suite: z
      .string({ error: 'expected a suite, such as bookworm-pgdg' })
      .regex(/^[\w./-]+$/, 'expected a suite, such as bookworm-pgdg')
      .describe('The suite. Default: <release of Debian>-pgdg.')
      .exactOptional(),
    key: projectFileSchema.describe(
      "The public key that signs it, relative to the environment's folder.",
    ),
  })
  .describe(
    "The apt repository of `version`, such as a mirror. Default: PostgreSQL's own, apt.postgresql.org, with its pinned key.",
  );
