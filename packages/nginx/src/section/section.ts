import { nameSchema, z, type Application } from '@fairness-deploy/core';
import { logSchema } from './log-schema.js';
import { realIpSchema } from './real-ip-schema.js';
import { projectFile, seconds, siteSchema, type SiteSection } from './site-schema.js';

export type { SiteSection } from './site-schema.js';

/** The sites of nginx, and their settings. */
export type Section = Readonly<z.output<typeof sectionSchema>>;

export const sectionSchema = z
  .strictObject({
    sites: z
      .record(nameSchema, siteSchema)
      .refine((sites) => Object.keys(sites).length > 0, 'expected at least one site')
      .describe("The sites, by name. Default: one with the application's name, for any domain.")
      .exactOptional(),
    maintenancePage: projectFile
      .describe(
        "The HTML file of the maintenance page, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
    ipv6: z
      .boolean({ error: 'expected true or false' })
      .default(true)
      .describe('Whether nginx listens on IPv6 addresses too; false for hosts that have none.'),
    brotli: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe(
        "Whether nginx compresses with brotli as well, by Debian's modules (of Debian 12 and later).",
      ),
    realIp: realIpSchema,
    log: logSchema,
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
