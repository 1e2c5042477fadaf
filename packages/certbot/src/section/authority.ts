import { directoryOf, SERVERS } from './servers.js';
import type { Section } from './section.js';

/** The CA that is asked, and the one for rehearsals. */
export interface Authority {
  /** The URL of its ACME directory. */
  readonly server: string;
  /** The URL of the rehearsals' directory; undefined: no rehearsal. */
  readonly rehearsal?: string;
  /** Whether it is Let's Encrypt, whose limits are known; not its staging, whose limits are far. */
  readonly isLetsEncrypt: boolean;
}

export function authorityOf({
  server = 'letsencrypt',
  staging,
  rehearsal,
}: Pick<Section, 'server' | 'staging' | 'rehearsal'>): Authority {
  const url = staging ? SERVERS['letsencrypt-staging'] : (directoryOf(server) ?? server);
  const isLetsEncrypt = url === SERVERS.letsencrypt;
  const rehearsed = rehearsal ?? (isLetsEncrypt ? 'letsencrypt-staging' : 'none');
  const first = rehearsed === 'none' ? undefined : directoryOf(rehearsed);
  return { server: url, isLetsEncrypt, ...(first !== undefined && { rehearsal: first }) };
}
