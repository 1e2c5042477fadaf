import { z, type FindingSchemas } from '@fairness-deploy/core';

/** The data of a certificate's finding. */
export const certificateData = z.strictObject({
  there: z.boolean().describe('Whether there is one; without one, there is nothing else.'),
  names: z.array(z.string()).describe('Those that it is for.').exactOptional(),
  issuer: z.string().describe('Who issued it.').exactOptional(),
  serial: z.string().describe('In hexadecimal digits.').exactOptional(),
  ends: z.string().describe('When it ends, ISO 8601.').exactOptional(),
  daysLeft: z.number().describe('Whole days until then; negative after it.').exactOptional(),
  served: z
    .record(z.string(), z.string().optional())
    .describe('The serial that nginx serves for each name.')
    .exactOptional(),
});

/** The data of nginx's findings. */
export const FINDINGS: FindingSchemas = {
  nginx: z.strictObject({
    running: z.boolean().describe('Whether it runs.'),
    valid: z.boolean().describe('Whether it accepts its configuration.').exactOptional(),
  }),
  requests: z.strictObject({
    misdirected: z
      .string()
      .describe('The live colour, when nginx does not send its requests there.')
      .exactOptional(),
    gone: z.string().describe('The file that is gone.').exactOptional(),
  }),
  'maintenance page': z.strictObject({
    on: z.boolean().describe('Whether it is shown.'),
    since: z.string().describe('Since when.').exactOptional(),
  }),
  'site *': z.strictObject({
    domains: z.array(z.string()).describe('Its names; without any: all names.').exactOptional(),
    aliases: z.array(z.string()).describe('Names that lead to the first one.').exactOptional(),
    port: z.number().describe('Where it listens without TLS.').exactOptional(),
    tls: z.number().describe('Where it listens with TLS.').exactOptional(),
  }),
  'certificate *': certificateData,
};
