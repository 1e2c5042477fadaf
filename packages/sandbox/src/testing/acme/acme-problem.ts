/** An error of an ACME server (RFC 8555, 6.7), as the authority of a test answers it. */
export interface AcmeProblem {
  /** HTTP's status. */
  readonly status: number;
  /** What follows `urn:ietf:params:acme:error:`. */
  readonly type: string;
  readonly detail: string;
  /** For the header Retry-After. */
  readonly retryAfterSeconds?: number;
}

/** The limits of Let's Encrypt that requests for certificates run into. */
export type RateLimit =
  | { readonly kind: 'same names' }
  | { readonly kind: 'registered domain'; readonly domain: string }
  | { readonly kind: 'failed validations'; readonly name: string }
  | { readonly kind: 'orders' };

const DOCUMENTATION = 'https://letsencrypt.org/docs/rate-limits';

/**
 * What Let's Encrypt answers when a limit is reached, in the words of Boulder, its software
 * (ratelimits/limiter.go and errors/errors.go at the end of 2025).
 *
 * @param now the time of the answer
 */
export function rateLimited(
  limit: RateLimit,
  retryAfterSeconds: number,
  now = new Date(),
): AcmeProblem {
  const time = new Date(now.getTime() + retryAfterSeconds * 1000).toISOString();
  const until = `retry after ${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
  const { reached, period, chapter } = wordsOf(limit);
  return {
    status: 429,
    type: 'rateLimited',
    detail: `${reached} in the last ${period}, ${until}: see ${DOCUMENTATION}/#${chapter}`,
    retryAfterSeconds,
  };
}

function wordsOf(limit: RateLimit): { reached: string; period: string; chapter: string } {
  switch (limit.kind) {
    case 'same names':
      return {
        reached: 'too many certificates (5) already issued for this exact set of identifiers',
        period: '168h0m0s',
        chapter: 'new-certificates-per-exact-set-of-hostnames',
      };
    case 'registered domain':
      return {
        reached: `too many certificates (50) already issued for "${limit.domain}"`,
        period: '168h0m0s',
        chapter: 'new-certificates-per-registered-domain',
      };
    case 'failed validations':
      return {
        reached: `too many failed authorizations (5) for "${limit.name}"`,
        period: '1h0m0s',
        chapter: 'authorization-failures-per-hostname-per-account',
      };
    case 'orders':
      return {
        reached: 'too many new orders (300) from this account',
        period: '3h0m0s',
        chapter: 'new-orders-per-account',
      };
  }
}

/** A name that the authority never signs, in the words of Boulder's policy. */
export function rejectedIdentifier(name: string): AcmeProblem {
  return {
    status: 400,
    type: 'rejectedIdentifier',
    detail: `Invalid identifiers requested :: Cannot issue for "${name}": Domain name does not end with a valid public suffix (TLD)`,
  };
}
