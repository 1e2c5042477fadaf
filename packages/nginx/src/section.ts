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
      .describe('The domain names of the site. Default: any name.')
      .exactOptional(),
    listen: portSchema.default(80).describe('The port on which nginx listens, on all addresses.'),
    bodyLimit: z
      .string({ error: SIZE })
      .regex(/^(?:0|[1-9]\d{0,5}[kmg])$/, SIZE)
      .default('10m')
      .describe('The largest request body; "0" allows any size.'),
    timeout: seconds
      .default(60)
      .describe('Seconds that the application may send nothing within an answer or a WebSocket.'),
    template: z
      .string({ error: 'expected a path relative to the environment’s folder' })
      .min(1, 'expected a path')
      .describe(
        "An EJS template of the site's configuration, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
    maintenancePage: maintenancePage
      .describe("The HTML file of this site's maintenance page. Default: the one of the section.")
      .exactOptional(),
  })
  .describe('A site: names and a port that lead to the application.');

/** One site. */
export type SiteSection = Readonly<z.output<typeof siteSchema>>;

/** The sites of nginx, and their settings. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

export const sectionSchema = z
  .strictObject({
    sites: z
      .record(nameSchema, siteSchema)
      .refine((sites) => Object.keys(sites).length > 0, 'expected at least one site')
      .describe("The sites, by name. Default: one with the application's name, for any domain.")
      .exactOptional(),
    maintenancePage: maintenancePage
      .describe(
        "The HTML file of the maintenance page, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
    drainTimeout: seconds
      .default(30)
      .describe(
        'Seconds that a deployment waits for open requests and WebSockets of the previous release before it stops that release.',
      ),
    shutdownTimeout: seconds
      .default(30)
      .describe('Seconds after which a reload of nginx closes open requests and WebSockets.'),
  })
  .describe("The sites of nginx in front of the application's processes.");

/** A name that a site answers to, to ask for it on the host itself. */
export function hostOf({ domains }: Pick<SiteSection, 'domains'>): string {
  const domain = domains?.find((one) => !one.startsWith('*')) ?? domains?.[0];
  return domain?.replace('*', 'any') ?? 'localhost';
}

/** The sites by name; default: one with the application's name, for any domain. */
export function sitesOf(
  application: Application,
  { sites }: Section,
): Readonly<Record<string, SiteSection>> {
  return sites ?? sectionSchema.parse({ sites: { [application.name]: {} } }).sites ?? {};
}
