import { z } from '@fairness-deploy/core';
import { SECRET_NAME, SECRET_NAME_RULE } from '@fairness-deploy/secrets';

const RELEASES = ['bullseye', 'bookworm', 'trixie'] as const;
const MEMORY = 'expected an amount of memory such as 512M or 2G';
const UNITS: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };

export const sectionSchema = z
  .strictObject({
    release: z
      .enum(RELEASES, { error: `expected ${RELEASES.join(', ')}` })
      .describe('The release of Debian of the disposable hosts. Default: bookworm.')
      .exactOptional(),
    memory: z
      .string({ error: MEMORY })
      .regex(/^[1-9]\d{0,5}[MG]$/, MEMORY)
      .transform((text) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0))
      .describe('How much memory each disposable host may use. Default: as much as there is.')
      .exactOptional(),
    secrets: z
      .record(z.string().regex(SECRET_NAME, SECRET_NAME_RULE), z.string(), {
        error: 'expected a map of texts by the names of secrets',
      })
      .describe(
        'Stand-ins for secrets, by name, where the application refuses a random value. They are no secrets: everybody reads this file.',
      )
      .prefault({}),
  })
  .describe('How `rehearse` tries the environment on disposable hosts of this machine.');

/** How an environment is rehearsed. */
export type Section = Readonly<z.output<typeof sectionSchema>>;
