import { directoryOf, SERVERS } from './servers.js';
import type { Section } from './section.js';

/** The CA that is asked, and the one for dry runs. */
export interface Authority {
  /** The URL of its ACME directory. */
  readonly server: string;
  /** The URL of the ACME directory of dry runs; undefined: no dry run. */
  readonly dryRunServer?: string;
  /** Whether it is Let's Encrypt, whose limits are known; not its staging, whose limits are far. */
  readonly isLetsEncrypt: boolean;
}

/**
 * The CA of a section; Let's Encrypt by default. Only Let's Encrypt itself has a dry run by default, at
 * its staging.
 */
export function authorityOf({
  server = 'letsencrypt',
  dryRunServer,
}: Pick<Section, 'server' | 'dryRunServer'>): Authority {
  const url = directoryOf(server) ?? server;
  const isLetsEncrypt = url === SERVERS.letsencrypt;
  const first = dryRunServer ?? (isLetsEncrypt ? 'letsencrypt-staging' : 'none');
  const firstUrl = first === 'none' ? undefined : directoryOf(first);
  return { server: url, isLetsEncrypt, ...(firstUrl !== undefined && { dryRunServer: firstUrl }) };
}
