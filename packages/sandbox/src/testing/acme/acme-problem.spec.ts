import { expect, it } from 'vitest';
import { rateLimited } from './acme-problem.js';

it('rateLimited() has the words that Certbot shows of Let’s Encrypt', () => {
  const problem = rateLimited({ kind: 'same names' }, 90, new Date('2026-07-02T04:03:20.500Z'));
  // https://github.com/NginxProxyManager/nginx-proxy-manager/issues/4616
  expect(problem).toEqual({
    status: 429,
    type: 'rateLimited',
    detail:
      'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2026-07-02 04:04:50 UTC: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-hostnames',
    retryAfterSeconds: 90,
  });
});

it.each([
  [{ kind: 'registered domain', domain: 'example.org' } as const, 'issued for "example.org" in'],
  [
    { kind: 'failed validations', name: 'a.example' } as const,
    '(5) for "a.example" in the last 1h',
  ],
  [{ kind: 'orders' } as const, '(300) from this account in the last 3h0m0s, retry after '],
])('rateLimited() names the limit of %j', (limit, words) => {
  expect(rateLimited(limit, 60).detail).toContain(words);
});
