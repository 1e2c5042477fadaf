import { z, type FindingSchemas } from '@fairness-deploy/core';

const paths = z.strictObject({ paths: z.array(z.string()).describe('The files.') });
const run = z.strictObject({
  release: z.string(),
  started: z.string(),
  ended: z.string(),
  result: z.string(),
  code: z.string(),
  status: z.string(),
});

/** The data of the findings about releases and scheduled jobs. */
export const FINDINGS: FindingSchemas = {
  release: z.strictObject({
    release: z.string().describe('The id of the live one.').exactOptional(),
    commit: z.string().describe('What it was made of.').exactOptional(),
    subject: z.string().describe('The first line of its message.').exactOptional(),
    author: z.string().describe('Who wrote it.').exactOptional(),
    who: z.string().describe('Who deployed it.').exactOptional(),
    since: z.string().describe('When it went live, ISO 8601.').exactOptional(),
    colour: z.string().optional().describe('blue or green.'),
    kept: z.array(z.string()).describe('Other releases that rollback can have.').exactOptional(),
    runtime: z.looseObject({ node: z.string() }).describe('What it runs on.').exactOptional(),
    pending: z.literal(true).describe('A deployment runs, or was cut off.').exactOptional(),
    link: z.string().describe('Where the link leads, when that is no release.').exactOptional(),
    target: z.string().describe('Where that leads.').exactOptional(),
    user: z
      .string()
      .describe("Whose a release is, when that is not the environment's.")
      .exactOptional(),
    home: z.string().describe('Where that release is.').exactOptional(),
  }),
  'release files': paths,
  'release permissions': paths,
  'release settings': paths,
  'release code': paths,
  runtime: z.strictObject({
    wanted: z.string().describe('The version of Node.js that the release was built for.'),
    found: z.string().describe('What the host has in its place; empty: nothing.'),
  }),
  'scheduled job *': z.strictObject({
    schedule: z.string().describe('Its name.'),
    at: z.array(z.string()).describe('When it runs: calendar events of systemd.').exactOptional(),
    next: z.string().describe('When it runs next, ISO 8601.').exactOptional(),
    running: z
      .strictObject({ release: z.string(), since: z.string() })
      .describe('The run that goes on.')
      .exactOptional(),
    last: run.describe('How the last run ended.').exactOptional(),
  }),
  'task *': z.looseObject({ task: z.string().describe('Its id.') }),
  'console *': z.looseObject({ task: z.string().describe('Its id.') }),
  branch: z.strictObject({
    revision: z.string().describe('The branch or the tag.'),
    newest: z.string().describe('Its commit.'),
    live: z.string().describe('The live commit.'),
  }),
};
