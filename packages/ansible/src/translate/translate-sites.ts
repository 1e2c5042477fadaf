/** The sections nginx and certbot: the site of the role web, and its certificate. */
import { join } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import type { SetUp } from '../set-up/read-set-up.js';
import { compact, type Config } from './configuration.js';
import type { HostScope } from './host-scope.js';

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i;
const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/;

export interface TranslatedSites {
  readonly nginx: Config;
  readonly certbot: Config | undefined;
  /** The site's first name, and whether it has a certificate. */
  readonly domain: string | undefined;
  readonly tls: boolean;
}

/** @param scopes of all hosts of the application: each has its domain_name */
export function translateSites(
  setUp: SetUp,
  name: string,
  scopes: readonly HostScope[],
  internalPort: number | undefined,
): TranslatedSites {
  const [scope] = scopes;
  const wanted = scope?.boolean('letsencrypt_enabled') ?? false;
  const domains = [...new Set(scopes.flatMap((each) => domainOf(each, wanted) ?? []))];
  const tls = wanted && domains.length > 0;
  const email = scope?.plain('letsencrypt_email');
  if (scope && email !== undefined && !EMAIL.test(email)) {
    scope.findings.add(
      'untranslated',
      scope.placeOf('letsencrypt_email'),
      `the e-mail address ${quoteText(email)}`,
    );
  }
  for (const { source, place, role } of setUp.playbooks.templates) {
    if (/nginx|letsencrypt/.test(source)) {
      setUp.files.see(join(role ?? '.', 'templates', source));
      setUp.findings.add(
        'replaced',
        place,
        `${quoteText(source)}: the section nginx writes its own files`,
        'what was added to the template goes into nginx.sites: headers, paths, redirects, or a snippet',
      );
    }
  }
  const nginx = compact({
    sites: compact({
      [name]: compact({
        domains: domains.length > 0 ? domains : undefined,
        ...(tls && { tls: true }),
        headers: {
          'X-Frame-Options': 'DENY',
          'X-Content-Type-Options': 'nosniff',
          'X-XSS-Protection': '1; mode=block',
        },
        paths: { '/favicon.ico': { log: false } },
      }),
      ...(internalPort !== undefined && {
        internal: { listen: internalPort, routes: { '/api': 'api' }, allow: ['127.0.0.1', '::1'] },
      }),
    }),
  });
  return {
    ...{ nginx, tls, domain: domains[0] },
    certbot: tls ? { email: email !== undefined && EMAIL.test(email) ? email : 'none' } : undefined,
  };
}

/** A name that visitors use; localhost and addresses answer to any name. */
function domainOf(scope: HostScope, tls: boolean): string | undefined {
  const name = scope.plain('domain_name');
  if (name === undefined || DOMAIN.test(name)) return name?.toLowerCase();
  const message = `the domain ${quoteText(name)} is no name of a site`;
  if (tls)
    scope.findings.add(
      'untranslated',
      scope.placeOf('domain_name'),
      `${message}: there is no certificate for it`,
    );
  else if (!/^(?:localhost|[\d.]+)$/.test(name))
    scope.findings.add('check', scope.placeOf('domain_name'), `${message}: it answers to any name`);
  return undefined;
}
