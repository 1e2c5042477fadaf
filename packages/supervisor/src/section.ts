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
      .describe('Seconds that a process must stay up to count as started.'),
    stopSeconds: seconds
      .default(20)
      .describe('Seconds that a process may take to end after SIGTERM, before SIGKILL.'),
    logSize: z
      .string({ error: SIZE })
      .regex(/^[1-9]\d{0,5}(?:KB|MB|GB)$/, SIZE)
      .default('10MB')
      .describe('The size at which a log file is rotated.'),
    logFiles: z
      .int({ error: COUNT })
      .min(1, COUNT)
      .max(1000, COUNT)
      .default(5)
      .describe('How many rotated log files are kept for each process.'),
    template: z
      .string({ error: 'expected a path relative to the environment’s folder' })
      .min(1, 'expected a path')
      .describe(
        "An EJS template of a program's configuration, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
  })
  .describe("How Supervisor keeps the application's processes running.");
