import type { PluginContext } from '@fairness-deploy/core';
import { exampleContext, exampleProcess, newContent } from '@fairness-deploy/core/testing';
import { exampleRelease, releaseFilesOf } from '@fairness-deploy/release/testing';
import { isRecord } from '@fairness-deploy/environment-file';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import fc from 'fast-check';
import { plugin } from '../nginx-plugin.js';
import { sectionSchema, type Section } from '../section/section.js';
import { certificatePlugin } from './certificate-plugin.js';
import { application as shop, environment, process } from './environment.js';

/** Text that tries to break out of where it is written. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '"',
          "'",
          ';',
          '{',
          '}',
          '$',
          '$host',
          '\n',
          '\r\n',
          '\\',
          '#',
          ' ',
          '\t',
          '*',
          '%22',
          '%3B',
        ],
        ...['%7D', '%0a', '${uri}', 'return 200 x;', '} server {', '/', '\0', 'ä', '<%= 1 %>', '~'],
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const path = fc.oneof(
  fc.constantFrom('/a', '/b/', '/c%20d', '/%7B%22', '/e;f', "/g'h", '/i(j)', '/k$'),
  hostile.map((text) => `/${text}`),
);
const network = fc.constantFrom('10.0.0.0/8', '203.0.113.7', '2001:db8::/32', '::/0');
const limit = fc.record({
  requests: fc.constantFrom('1/s', '60/m', '999999/s'),
  burst: fc.nat(100),
});
const headers = fc.dictionary(
  fc.oneof(fc.constantFrom('X-A', 'Referrer-Policy'), hostile),
  hostile,
  {
    maxKeys: 3,
  },
);
const to = fc.oneof(
  fc.constantFrom('/new', 'https://a.test/x?y=1'),
  hostile.map((text) => `/${text}`),
);
const optional = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: 2 });

const names = fc.uniqueArray(
  fc.oneof(
    fc.domain().map((name) => name.toLowerCase()),
    hostile,
  ),
  { minLength: 1, maxLength: 3 },
);
const site = fc.record({
  domains: optional(names),
  aliases: optional(names),
  tls: optional(fc.constantFrom(true, { port: 8443 }, { redirect: false })),
  hsts: optional(fc.constantFrom(true, { maxAge: 0 }, { includeSubDomains: true, preload: true })),
  headers,
  redirects: fc.dictionary(path, to, { maxKeys: 3 }),
  paths: fc.dictionary(
    path,
    fc.record({
      limit: optional(fc.oneof(limit, fc.constant(false as const))),
      allow: optional(fc.array(network, { minLength: 1, maxLength: 2 })),
      headers,
      log: fc.boolean(),
    }),
    { maxKeys: 3 },
  ),
  limit: optional(limit),
  allow: optional(fc.array(network, { minLength: 1, maxLength: 3 })),
  contentSecurityPolicy: optional(fc.oneof(fc.constant("default-src 'self'"), hostile)),
  health: optional(fc.oneof(fc.constant('/healthz'), path)),
  log: optional(fc.record({ format: fc.constantFrom('json', 'combined') })),
  basicAuth: optional(fc.constant({ staff: Text.of(new Secret('staff', 'open')) })),
});

/** Drops keys whose values the schema refuses, so that most environments stay. */
function accepted(one: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const keep = (key: string, value: unknown): boolean =>
    sectionSchema.safeParse({ sites: { shop: { [key]: value } } }).success;
  return Object.fromEntries(
    Object.entries(one).flatMap(([key, value]) => {
      if (value === undefined) return [];
      if (keep(key, value)) return [[key, value]];
      if (Array.isArray(value)) {
        const list = value.filter((item) => keep(key, [item]));
        return list.length > 0 ? [[key, list]] : [];
      }
      if (!isRecord(value)) return [];
      const some = Object.entries(value).filter(([name, item]) => keep(key, { [name]: item }));
      const rest = Object.fromEntries(some);
      return keep(key, rest) ? [[key, rest]] : [];
    }),
  );
}

/** What the schema accepts, and fits together: names for a certificate and for aliases, TLS for HSTS. */
function fitting(one: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { domains, aliases, tls, hsts, ...rest } = accepted(one);
  if (domains === undefined) return rest;
  return {
    ...{ ...rest, domains },
    ...(aliases !== undefined && { aliases }),
    ...(tls !== undefined && { tls }),
    ...(tls !== undefined && hsts !== undefined && { hsts }),
  };
}

/** Sections of environments that the schema and the plugin accept. */
export const sections: fc.Arbitrary<Section> = fc
  .record({
    shop: site,
    other: site,
    realIp: optional(fc.constant({ from: ['10.0.0.0/8', '2001:db8::/32'] })),
    ipv6: fc.boolean(),
    tlsProfile: fc.constantFrom('intermediate', 'modern'),
  })
  .map(({ shop: one, other, ...rest }) =>
    sectionSchema.safeParse({
      ...rest,
      ...(rest.realIp === undefined && { realIp: undefined }),
      sites: { shop: fitting(one), other: { ...fitting(other), listen: 8080 } },
    }),
  )
  .filter(({ success, data }) => success && validates(data))
  // Sound: only successes pass the filter.
  .map(({ data }) => data as Section);

/** An application with a process, files and FastCGI. */
export const application = {
  ...shop,
  processes: [
    process('client', 3001, '/'),
    process('api', 3000, '/api'),
    exampleProcess({
      name: 'php',
      port: 3400,
      fastcgi: { root: 'public', index: 'index.php', scripts: 'all' },
    }),
  ],
  static: [{ path: '/blog', folder: 'public', cache: 'revalidate', otherwise: 'php' }],
} as const;

const PLUGINS = [certificatePlugin((name) => `/certificates/${name}`)];

function contextOf(section: Section): PluginContext<unknown> {
  const of = { ...environment, application, sections: { nginx: section } };
  return { ...exampleContext(section, of), plugins: PLUGINS };
}

function validates(section: Section | undefined): boolean {
  if (!section) return false;
  return (plugin.validate?.(section, { ...environment, application }, PLUGINS) ?? []).length === 0;
}

/** The files of nginx that an environment gets, by their path within its folder. */
export function treeOf(section: Section): Readonly<Record<string, string>> {
  const context = contextOf(section);
  const resources = plugin.resources?.(context) ?? [];
  const files = resources.flatMap((resource) => {
    const { address } = resource;
    const [, file] = /^nginx:(.*\.conf)$/.exec(address) ?? [];
    if (file === undefined || resource.plan('')?.action !== 'create') return [];
    return [[file, newContent(resources, address)]];
  });
  const release = releaseFilesOf(plugin, context, exampleRelease(application));
  return {
    ...(Object.fromEntries(files) as Record<string, string>),
    'upstreams/shop-blue.conf': release['nginx-blue.conf'] ?? '',
    'upstreams/shop-green.conf': release['nginx-green.conf'] ?? '',
  };
}
