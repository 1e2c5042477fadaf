import { calendarEventSchema, webhookUrlSchema, z } from '@fairness-deploy/core';
import type { Text } from '@fairness-deploy/shell/secret';

/** Who is told. */
export type Recipient = { readonly url: Text } | { readonly mail: string };

/** The section `alerts`. */
export interface Section {
  readonly notify: readonly Recipient[];
  readonly schedule: string;
  readonly after: number;
  readonly deadMansSwitch?: Text | undefined;
}

const AFTER = 'expected a whole number of runs from 1 to 100';
const NOTIFY = 'expected { url: … } or { mail: … }, or a list of them';

/**
 * An address that sendmail(8) takes as a word, and a header as it is: no blanks, commas, angle brackets or
 * characters that are special in RFC 5322, 3.2.3.
 */
const MAIL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

const recipientSchema = z.union(
  [
    z.strictObject({
      url: webhookUrlSchema.describe(
        'The URL that gets a POST request with JSON. ${secrets.name} may stand in it.',
      ),
    }),
    z.strictObject({
      mail: z
        .string()
        .regex(MAIL, 'expected an address such as operations@example.org')
        .refine((text) => !text.startsWith('-'), 'expected an address that begins with no hyphen')
        .describe('The address that gets a mail, by the program sendmail of the host.'),
    }),
  ],
  { error: NOTIFY },
);

export const sectionSchema: z.ZodType<Section> = z.strictObject(
  {
    notify: z
      .union(
        [
          recipientSchema.transform((one): readonly Recipient[] => [one]),
          z
            .array(recipientSchema)
            .min(1, NOTIFY)
            .transform((all): readonly Recipient[] => all),
        ],
        { error: NOTIFY },
      )
      .describe('Who is told when something fails, and when all is well again: one, or a list.'),
    schedule: calendarEventSchema
      .default('*:0/5')
      .describe('When the checks run, as systemd.time(7) has it. Default: every five minutes.'),
    after: z
      .int(AFTER)
      .min(1, AFTER)
      .max(100, AFTER)
      .default(2)
      .describe('In how many runs in a row a failure is seen before it is told.'),
    deadMansSwitch: webhookUrlSchema
      .describe(
        'A URL that is asked by POST after each run: a service there notices when that ends. ${secrets.name} may stand in it.',
      )
      .exactOptional(),
  },
  { error: 'expected a mapping' },
);
