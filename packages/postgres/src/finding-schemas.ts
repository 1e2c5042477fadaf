import { z, type FindingSchemas } from '@fairness-deploy/core';

/** The data of the findings about the database. */
export const FINDINGS: FindingSchemas = {
  database: z.looseObject({
    latency: z
      .looseObject({ milliseconds: z.number() })
      .describe('Of a query and back, as the application has it.')
      .exactOptional(),
    connections: z.looseObject({}).describe('How many of each limit are in use.').exactOptional(),
  }),
  server: z.strictObject({
    cluster: z.string().describe('Such as 15/main.'),
    running: z.boolean().describe('Whether it runs.'),
    version: z.string().describe('Of the server.').exactOptional(),
    pending: z.array(z.string()).describe('Settings that wait for a restart.').exactOptional(),
    errors: z.array(z.string()).describe('Lines of its files that it cannot use.').exactOptional(),
  }),
  backup: z.strictObject({
    newest: z
      .strictObject({
        id: z.string(),
        created: z.string(),
        bytes: z.number(),
        ageSeconds: z.number(),
      })
      .describe('The newest one.')
      .exactOptional(),
    timer: z.string().describe('The state of its timer, when it has a schedule.').exactOptional(),
    result: z.string().describe('How the last scheduled one ended.').exactOptional(),
  }),
  drill: z.strictObject({
    backup: z.string().describe('What was restored for practice.').exactOptional(),
    at: z.string().describe('When, ISO 8601.').exactOptional(),
    outcome: z.string().describe('good, failed or unfinished.').exactOptional(),
    healthy: z.boolean().describe('Whether the application was well with it.').exactOptional(),
    days: z.number().describe('Whole days since then.').exactOptional(),
  }),
  'databases beside it': z.looseObject({
    databases: z
      .array(z.looseObject({ name: z.string(), bytes: z.number() }))
      .describe('Each, with its size.'),
  }),
};
