import { z } from 'zod';
import { calendarProblem } from './calendar-event.js';
import { commandSchema } from './command-schema.js';
import { nameSchema, repositoryFolderSchema } from './field-schemas.js';
import { niceSchema, sizeSchema } from './field-schemas.js';
import { onSchema } from './roles.js';

const AT = 'expected a calendar event of systemd, such as Mon 07:00, or a list of them';
const DELAY = 'expected a whole number of seconds between 1 and 86400';
const TIMEOUT = 'expected a whole number of seconds between 1 and 604800';

/** A calendar event of systemd.time(7). */
export const calendarEventSchema = z.string({ error: AT }).check((context) => {
  const problem = calendarProblem(context.value);
  if (!problem) return;
  const { message, hint } = problem;
  context.issues.push({ code: 'custom', message, input: context.value, params: { hint } });
});

const settings = z.strictObject({
  command: commandSchema,
  at: z
    .union(
      [
        calendarEventSchema.transform((one): readonly string[] => [one]),
        z
          .array(calendarEventSchema)
          .min(1, AT)
          .transform((all): readonly string[] => all),
      ],
      { error: AT },
    )
    .describe(
      'When it runs: a calendar event as systemd.time(7) has it, such as Mon 07:00, or a list of them. In the time zone of the host, unless it ends with one: 07:00 Europe/Berlin.',
    ),
  directory: repositoryFolderSchema
    .describe(
      'The folder in which the command runs, relative to the application. Default: the application itself.',
    )
    .exactOptional(),
  on: onSchema
    .describe(
      'The role of the hosts of which one runs it, or several. It runs on the first host of the environment that has a role of these. Default: on the first of all hosts of the application.',
    )
    .exactOptional(),
  timeout: z
    .int({ error: TIMEOUT })
    .min(1, TIMEOUT)
    .max(604_800, TIMEOUT)
    .default(3600)
    .describe('Seconds that it may take. Then it is ended, with all that it has started.'),
  catchUp: z
    .boolean({ error: 'expected true or false' })
    .default(false)
    .describe(
      'Whether a run that was missed, as the host was off, is made up for when the host starts.',
    ),
  randomDelay: z
    .int({ error: DELAY })
    .min(1, DELAY)
    .max(86_400, DELAY)
    .describe('The most seconds of a delay before each run, a random number. Default: none.')
    .exactOptional(),
  nice: niceSchema,
  memoryLimit: sizeSchema
    .describe(
      'The most memory of the command and all that it started. The kernel kills what goes beyond it, and the run has failed.',
    )
    .exactOptional(),
});

/** A command of the live release that runs at times, on one host. */
export interface ScheduledJob extends Readonly<z.output<typeof settings>> {
  readonly name: string;
}

/** Scheduled jobs by name. */
export const schedulesSchema = z
  .record(nameSchema, settings.describe('A command that runs at times.'), {
    error: 'expected a map of scheduled jobs by name',
  })
  .transform((jobs): readonly ScheduledJob[] =>
    Object.entries(jobs).map(([name, job]) => ({ ...job, name })),
  )
  .describe(
    'The scheduled jobs of the application, by name: commands that run at times, in the live release, with its variables, on one host.',
  );
