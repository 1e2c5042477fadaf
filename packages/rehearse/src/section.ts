import { z, type Environment } from '@fairness-deploy/core';
import { DEBIAN_RELEASES, DEFAULT_RELEASE, memorySchema } from '@fairness-deploy/sandbox/shape';
import { SECRET_NAME, SECRET_NAME_RULE } from '@fairness-deploy/secrets';

export const sectionSchema = z
  .strictObject({
    release: z
      .enum(DEBIAN_RELEASES, { error: `expected ${DEBIAN_RELEASES.join(', ')}` })
      .describe(`The release of Debian of the disposable hosts. Default: ${DEFAULT_RELEASE}.`)
      .exactOptional(),
    memory: memorySchema
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

/** The section of an environment; undefined when it has none. */
export function sectionOf({ sections }: Pick<Environment, 'sections'>): Section | undefined {
  // Sound: the plugin's own schema returned it.
  return sections['rehearse'] as Section | undefined;
}
