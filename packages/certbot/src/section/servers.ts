/** ACME directories by the words that stand for them (https://letsencrypt.org/docs/acme-protocol-updates). */
export const SERVERS = {
  letsencrypt: 'https://acme-v02.api.letsencrypt.org/directory',
  'letsencrypt-staging': 'https://acme-staging-v02.api.letsencrypt.org/directory',
} as const;

/** The limits of Let's Encrypt that a host can run into alone (https://letsencrypt.org/docs/rate-limits). */
export const LETSENCRYPT_LIMITS = {
  /** Failed validations of one name: five at once, and one more every 12 minutes. */
  failures: { count: 5, refillSeconds: 12 * 60 },
  /** Certificates for exactly the same names: five at once, and one more every 34 hours. */
  duplicates: { count: 5, refillSeconds: 34 * 60 * 60 },
} as const;

/** The most names of a certificate of Let's Encrypt. */
export const LETSENCRYPT_NAMES = 100;

/** @returns the URL of an ACME directory, for its word or its URL; undefined when the text is neither. */
export function directoryOf(text: string): string | undefined {
  if (Object.hasOwn(SERVERS, text)) return SERVERS[text as keyof typeof SERVERS];
  return isDirectory(text) ? text : undefined;
}

/** RFC 8555, 6.1: ACME is spoken over https only. */
function isDirectory(text: string): boolean {
  if (!URL.canParse(text) || /[\s\p{Cc}]/u.test(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && hash === '';
}
