import {
  domainSchema,
  nameSchema,
  pathKey,
  portSchema,
  projectFileSchema,
  staticFolderSchema,
  textSchema,
  urlPathSchema,
  z,
} from '@fairness-deploy/core';
import { allowSchema } from './allow-schema.js';
import { contentSecurityPolicySchema } from './content-security-policy-schema.js';
import { headersSchema } from './header-schema.js';
import { healthUrlSchema } from './health-url-schema.js';
import { limitSchema, pathLimitSchema } from './limit-schema.js';
import { siteLogSchema } from './log-schema.js';
import { redirectsSchema } from './redirect-schema.js';
import { hstsSchema, tlsSchema } from './tls-schema.js';

const LOGIN = 'expected a name of letters, digits, ., _, @ and -';
const SECONDS = 'expected a whole number of seconds between 1 and 86400';
const SIZE = 'expected a size such as 10m (k, m or g)';

const domain = domainSchema({
  port: "the port goes into the site's listen",
  address: 'leave the domains out: the site then answers to any name and address',
});

export const seconds = z.int({ error: SECONDS }).min(1, SECONDS).max(86_400, SECONDS);

const size = z.string({ error: SIZE }).regex(/^(?:0|[1-9]\d{0,5}[kmg])$/, SIZE);

const headers = headersSchema.describe(
  'Headers of all answers, by name. They replace those of the application, and the defaults of nginx.conf. An empty value sends no such header.',
);

const pathSchema = z
  .strictObject({
    bodyLimit: size
      .describe('The largest request body. Default: the site\'s; "0" allows any size.')
      .exactOptional(),
    timeout: seconds
      .describe(
        "Seconds that the application may send nothing within an answer or a WebSocket. Default: the site's.",
      )
      .exactOptional(),
    headers: headers.describe("Headers of these answers, besides the site's."),
    limit: pathLimitSchema,
    allow: allowSchema,
    log: z
      .boolean({ error: 'expected true or false' })
      .default(true)
      .describe("Whether the site's log has these requests."),
  })
  .describe('Settings for the requests of a path, and all below it.');

/** Settings of a path; what is left out is as the site has it. */
export type PathSection = Readonly<z.output<typeof pathSchema>>;

export const siteSchema = z
  .strictObject({
    domains: z
      .array(domain, { error: 'expected a list of domain names' })
      .min(1, 'expected at least one domain name')
      .describe('The domain names of the site. Default: any name.')
      .exactOptional(),
    aliases: z
      .array(domain, { error: 'expected a list of domain names' })
      .min(1, 'expected at least one domain name')
      .describe('Names that redirect to the first one of domains, such as the one with www.')
      .exactOptional(),
    listen: portSchema
      .default(80)
      .describe('The port on which nginx listens for http, on all addresses.'),
    tls: tlsSchema.exactOptional(),
    hsts: hstsSchema.exactOptional(),
    routes: z
      .record(
        urlPathSchema,
        z.union([nameSchema, staticFolderSchema], {
          error: 'expected the name of a process, or a folder such as { folder: dist }',
        }),
        { error: 'expected a map of processes and folders by URL path' },
      )
      .check(refuseSamePath)
      .describe(
        'What this site shows, by URL path: the name of a process, or static files. Default: the routes of the processes and the static files of the application. They belong to a release, and change with the next deployment.',
      )
      .exactOptional(),
    paths: z
      .record(urlPathSchema, pathSchema, { error: 'expected a map of settings by URL path' })
      .check(refuseSamePath)
      .prefault({})
      .describe('Settings by URL path. The longest path counts.'),
    log: siteLogSchema,
    health: healthUrlSchema,
    headers,
    contentSecurityPolicy: contentSecurityPolicySchema,
    redirects: redirectsSchema,
    basicAuth: z
      .record(
        z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, LOGIN),
        textSchema.refine(({ secrets }) => secrets.length > 0, {
          error: 'expected a secret: everyone who reads this file could log in',
          params: { hint: "write: '${secrets.staff_password}'" },
        }),
      )
      .refine((logins) => Object.keys(logins).length > 0, 'expected at least one login')
      .describe(
        'Logins that the site asks for, such as those of a staging site: passwords by name. Each is a secret.',
      )
      .exactOptional(),
    limit: limitSchema,
    allow: allowSchema,
    bodyLimit: size.default('10m').describe('The largest request body; "0" allows any size.'),
    timeout: seconds
      .default(60)
      .describe('Seconds that the application may send nothing within an answer or a WebSocket.'),
    template: projectFileSchema
      .describe(
        "An EJS template of the site's configuration, relative to the environment's folder. Default: the one of this package.",
      )
      .exactOptional(),
    snippet: projectFileSchema
      .describe(
        "A file of nginx's directives for the site's server block, relative to the environment's folder. nginx tests it with the rest.",
      )
      .exactOptional(),
    maintenancePage: projectFileSchema
      .describe("The HTML file of this site's maintenance page. Default: the one of the section.")
      .exactOptional(),
  })
  .describe('A site: names and a port that lead to the application.');

/** One site. */
export type SiteSection = Readonly<z.output<typeof siteSchema>>;

function refuseSamePath(context: z.core.ParsePayload<Record<string, unknown>>): void {
  const owners = new Map<string, string>();
  for (const path of Object.keys(context.value)) {
    const other = owners.get(pathKey(path));
    owners.set(pathKey(path), path);
    if (other === undefined) continue;
    const message = `"${other}" leads to the same place, expected a path of its own`;
    context.issues.push({ code: 'custom', path: [path], message, input: context.value });
  }
}
