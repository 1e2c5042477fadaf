import { z } from '@fairness-deploy/core';

const EXPECTED = 'expected an amount of memory such as 512M or 2G';
const units: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30 };

/** The section `sandbox` of environment.yaml: the hosts run on this machine. */
export type SandboxSection = Readonly<z.output<typeof sandboxSchema>>;

export const sandboxSchema = z
  .strictObject({
    memory: z
      .string({ error: EXPECTED })
      .regex(/^[1-9]\d{0,5}[MG]$/, EXPECTED)
      .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0))
      .describe('How much memory each host may use. Default: as much as there is.')
      .exactOptional(),
  })
  .describe(
    'The hosts of the environment are disposable ones on this machine. An empty section is enough: sandbox: {}.',
  );
