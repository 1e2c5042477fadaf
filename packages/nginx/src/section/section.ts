import {
  exampleName,
  isWildcard,
  nameSchema,
  projectFileSchema,
  z,
  type Application,
} from '@fairness-deploy/core';
import { logSchema } from './log-schema.js';
import { realIpSchema } from './real-ip-schema.js';
import { seconds, siteSchema, type SiteSection } from './site-schema.js';

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
    tlsProfile: z
      .enum(['intermediate', 'modern'], { error: 'expected intermediate or modern' })
      .default('intermediate')
      .describe(
        "Mozilla's profile for TLS. intermediate: TLS 1.2 and 1.3, for browsers since 2014; modern: TLS 1.3 only, for browsers since 2020.",
      ),
    http3: z
      .boolean({ error: 'expected true or false' })
      .default(false)
      .describe(
        'HTTP/3 for the sites with TLS on port 443, besides HTTP/2. It needs UDP on that port, and nginx 1.25 or later, as Debian 13 has it.',
      ),
    maintenancePage: projectFileSchema
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
  const domain = domains?.find((one) => !isWildcard(one)) ?? domains?.[0];
  return domain === undefined ? 'localhost' : exampleName(domain);
}

/** The port of HTTP/3: browsers hear of it by Alt-Svc (RFC 9114, 3.1.1). */
export const HTTP3_PORT = 443;

/** The ports on which nginx listens for a site. */
export function portsOf({ listen, tls }: Pick<SiteSection, 'listen' | 'tls'>): readonly number[] {
  return [...new Set([listen, ...(tls ? [tls.port] : [])])];
}

/** The URL under which a site is reached at a name, without a path. */
export function originOf(
  { listen, tls }: Pick<SiteSection, 'listen' | 'tls'>,
  host: string,
): string {
  const [scheme, port, usual] = tls ? ['https', tls.port, 443] : ['http', listen, 80];
  const name = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${name}${port === usual ? '' : `:${String(port)}`}`;
}

/** The site's ports as they are reached where a host's ports are others at its address. */
export function publishedSite(
  { listen, tls }: Pick<SiteSection, 'listen' | 'tls'>,
  published: Readonly<Record<number, number>> = {},
): Pick<SiteSection, 'listen' | 'tls'> {
  const at = (port: number): number => published[port] ?? port;
  return { listen: at(listen), ...(tls && { tls: { ...tls, port: at(tls.port) } }) };
}

/** The sites by name; default: one with the application's name, for any domain. */
export function sitesOf(
  application: Application,
  { sites }: Section,
): Readonly<Record<string, SiteSection>> {
  return sites ?? sectionSchema.parse({ sites: { [application.name]: {} } }).sites ?? {};
}
