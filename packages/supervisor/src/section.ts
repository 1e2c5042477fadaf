import { z } from '@fairness-deploy/core';

/** How the application's processes are kept running. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

export const sectionSchema = z
  .strictObject({
    template: z
      .string({ error: 'expected a path relative to the environment’s folder' })
      .min(1, 'expected a path')
      .describe(
        "An EJS template of the programs' configuration, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
  })
  .describe("How Supervisor keeps the application's processes running.");
