import { z } from '@fairness-deploy/core';

const SECONDS = 'expected a whole number of seconds between 1 and 3600';
const SIZE = 'expected a size such as 10MB (KB, MB or GB)';
const COUNT = 'expected a whole number between 1 and 1000';

const seconds = z.int({ error: SECONDS }).min(1, SECONDS).max(3600, SECONDS);

/** How the application's processes are kept running. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

export const sectionSchema = z
  .strictObject({
    startSeconds: seconds
      .default(1)
      .describe('How long a process must stay up to count as started.'),
    stopSeconds: seconds
      .default(20)
      .describe('How long a process may take to end by itself after SIGTERM.'),
    logSize: z
      .string({ error: SIZE })
      .regex(/^[1-9]\d{0,5}(?:KB|MB|GB)$/, SIZE)
      .default('10MB')
      .describe('At which size a log file is put aside and a new one begun.'),
    logFiles: z
      .int({ error: COUNT })
      .min(1, COUNT)
      .max(1000, COUNT)
      .default(5)
      .describe('How many full log files are kept for each process.'),
    template: z
      .string({ error: 'expected a path relative to the environment’s folder' })
      .min(1, 'expected a path')
      .describe(
        "An EJS template of a program's configuration, instead of the one that comes along.",
      )
      .exactOptional(),
  })
  .describe("Keeps the application's processes running, by Supervisor.");
