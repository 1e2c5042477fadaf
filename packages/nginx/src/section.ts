import { nameSchema, portSchema, z } from '@fairness-deploy/core';
import { domainSchema } from './domain.js';

const SECONDS = 'expected a whole number of seconds between 1 and 86400';
const SIZE = 'expected a size such as 10m (k, m or g)';

const seconds = z.int({ error: SECONDS }).min(1, SECONDS).max(86_400, SECONDS);

const siteSchema = z
  .strictObject({
    domains: z
      .array(domainSchema, { error: 'expected a list of domain names' })
      .min(1, 'expected at least one domain name')
      .describe('The names that it answers to; any name unless given.')
      .exactOptional(),
    listen: portSchema.default(80).describe('The port, on all addresses.'),
    bodyLimit: z
      .string({ error: SIZE })
      .regex(/^(?:0|[1-9]\d{0,5}[kmg])$/, SIZE)
      .default('10m')
      .describe('The largest request body that it takes; 0: any.'),
    timeout: seconds
      .default(60)
      .describe('How long the application may be silent within an answer, or a WebSocket.'),
    template: z
      .string({ error: 'expected a path relative to the environment’s folder' })
      .min(1, 'expected a path')
      .describe("An EJS template of the site's configuration, instead of the one that comes along.")
      .exactOptional(),
  })
  .describe('A site in front of the application.');

/** One site. */
export type SiteSection = Readonly<z.output<typeof siteSchema>>;

/** What nginx answers to, and how. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

export const sectionSchema = z
  .strictObject({
    sites: z
      .record(nameSchema, siteSchema)
      .refine((sites) => Object.keys(sites).length > 0, 'expected at least one site')
      .describe("Sites by name. One of the application's name, for any domain, unless given.")
      .exactOptional(),
    shutdownTimeout: seconds
      .default(30)
      .describe('After how many seconds a reload closes what is still open, such as WebSockets.'),
  })
  .describe("nginx in front of the application's processes.");
