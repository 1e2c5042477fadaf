import { nameSchema, portSchema, z, type Application } from '@fairness-deploy/core';
import { domainSchema } from './domain.js';

const SECONDS = 'expected a whole number of seconds between 1 and 86400';
const SIZE = 'expected a size such as 10m (k, m or g)';

const maintenancePage = z
  .string({ error: 'expected a path relative to the environment’s folder' })
  .min(1, 'expected a path');

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
    maintenancePage: maintenancePage
      .describe("The HTML file that is shown while the site's maintenance page is on.")
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
    maintenancePage: maintenancePage
      .describe(
        'The HTML file that sites show while the maintenance page is on; one that comes along unless given.',
      )
      .exactOptional(),
    drainTimeout: seconds
      .default(30)
      .describe(
        'For how many seconds a deployment waits for requests to the release before, such as WebSockets, until it stops that.',
      ),
    shutdownTimeout: seconds
      .default(30)
      .describe('After how many seconds a reload closes what is still open, such as WebSockets.'),
  })
  .describe("nginx in front of the application's processes.");

/** The sites by name: one of the application's name, for any domain, where none are given. */
export function sitesOf(
  application: Application,
  { sites }: Section,
): Readonly<Record<string, SiteSection>> {
  return sites ?? sectionSchema.parse({ sites: { [application.name]: {} } }).sites ?? {};
}
