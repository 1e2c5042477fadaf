import { z, type FindingSchemas } from '@fairness-deploy/core';

/** The data of the findings about Supervisor and the processes. */
export const FINDINGS: FindingSchemas = {
  supervisor: z.strictObject({
    installed: z.boolean().describe('Whether it is there.'),
    state: z.string().describe('Of its unit: active.').exactOptional(),
    since: z.string().describe('Since when.').exactOptional(),
    valid: z.boolean().describe('Whether it accepts its configuration.').exactOptional(),
  }),
  traffic: z.strictObject({}),
  '*, not live': z.strictObject({
    state: z.string().describe("Supervisor's: RUNNING."),
    release: z.string().optional().describe('In whose folder it works.'),
  }),
  '*': z.strictObject({
    state: z
      .string()
      .describe("Of a process, Supervisor's: RUNNING, BACKOFF, FATAL, STOPPED.")
      .exactOptional(),
    about: z.string().describe("Supervisor's words about it.").exactOptional(),
    release: z.string().optional().describe('In whose folder it works.'),
    colour: z.string().optional().describe('blue or green.'),
    restarts: z
      .number()
      .describe('How often Supervisor has started it again since it was last started.')
      .exactOptional(),
    address: z.string().describe('The port or the socket where it should listen.').exactOptional(),
    listens: z.boolean().describe('Whether it listens there.').exactOptional(),
    memoryKib: z.number().describe('Of all of its processes.').exactOptional(),
    health: z
      .strictObject({ status: z.number(), milliseconds: z.number(), path: z.string() })
      .describe('The answer to its health check; status 0: none.')
      .exactOptional(),
    lastEnd: z
      .strictObject({ at: z.string(), how: z.string().optional() })
      .describe('When and how it last ended by itself.')
      .exactOptional(),
    listensOn: z.array(z.string()).describe('Ports on which it listens instead.').exactOptional(),
    heldBy: z.array(z.string()).describe('Who else listens where it should.').exactOptional(),
    said: z.string().describe('The last line of its log, when it is not well.').exactOptional(),
  }),
};
