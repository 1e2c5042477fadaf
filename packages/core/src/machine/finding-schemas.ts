import { z } from 'zod';
import type { FindingSchemas } from '../plugin/finding-schemas.js';

const fileSystem = z.strictObject({
  mount: z.string().describe('Where it is mounted.'),
  type: z.string().describe('Such as ext4.'),
  size: z.number().describe('Its size, in KiB; of inodes, their number.'),
  free: z.number().describe('What is free of that.'),
  usedPercent: z.number().describe('What is used, in percent.'),
});

/** The data of the findings about the host itself: section `hosts`. */
export const HOST_FINDINGS: FindingSchemas = {
  system: z.strictObject({
    system: z.string().nullable().describe('The system that is not supported.'),
  }),
  disk: z.strictObject({
    rooms: z.array(fileSystem).describe('The local file systems.'),
    inodes: z.array(fileSystem).describe('The same, with their inodes.'),
  }),
  'disk *': fileSystem,
  'inodes *': fileSystem,
  memory: z.strictObject({
    totalKib: z.number().describe('In KiB, as the others.'),
    availableKib: z.number().describe('What programs can still have.'),
    swapKib: z.number().describe('The size of the swap.'),
    freeSwapKib: z.number().describe('What is free of it.'),
    killed: z
      .array(z.strictObject({ at: z.string(), line: z.string() }))
      .describe('What the kernel has killed for lack of memory since yesterday.'),
    count: z
      .number()
      .describe('In a container: how many processes the kernel has killed.')
      .exactOptional(),
  }),
  load: z.strictObject({
    load: z.array(z.number()).describe('The averages of 1, 5 and 15 minutes.'),
    processors: z.number().describe('How many the host has.'),
    uptimeSeconds: z.number().describe('Since its start.'),
  }),
  clock: z.strictObject({
    offsetSeconds: z.number().describe("How far it is ahead of the client's; negative: behind."),
    synchronised: z.boolean().describe('Whether the host sets it by the network.').exactOptional(),
  }),
  updates: z.strictObject({
    security: z.array(z.string()).describe('Packages with a security update that waits.'),
    listsAgeDays: z.number().describe('How old the list of packages is.'),
    rebootRequired: z.boolean().describe('Whether the host waits for a restart.'),
  }),
  drift: z.strictObject({
    changes: z.array(z.string()).describe('The resources that provision would change.'),
  }),
};

/** The data of the client's own findings, of `doctor`: section `client`. */
export const CLIENT_FINDINGS: FindingSchemas = {
  'name *': z.strictObject({
    addresses: z.array(z.string()).describe('Where the name leads.').exactOptional(),
    code: z.string().describe('Why it leads nowhere: ENOTFOUND.').exactOptional(),
  }),
  'port * of *': z.strictObject({
    connections: z
      .array(z.strictObject({ address: z.string(), failure: z.string().exactOptional() }))
      .describe('Each address, and why it takes no connection.')
      .exactOptional(),
    code: z.string().describe('Why port 80 takes none.').exactOptional(),
  }),
  'TLS of *': z.strictObject({
    failure: z.string().describe('Why there is no TLS.').exactOptional(),
    distrust: z
      .string()
      .describe('Why browsers refuse the certificate: CERT_HAS_EXPIRED.')
      .exactOptional(),
    serial: z.string().describe('Of the certificate, in hexadecimal digits.').exactOptional(),
    issuer: z.string().describe('Who issued it.').exactOptional(),
    ends: z.string().describe('When it ends, ISO 8601.').exactOptional(),
    names: z.string().describe('The names that it is for.').exactOptional(),
  }),
  '*': z.strictObject({
    status: z.number().describe('Of the answer of a URL.').exactOptional(),
    milliseconds: z.number().describe('Until the answer began.').exactOptional(),
    failure: z.string().describe('Why there is no answer.').exactOptional(),
  }),
};
