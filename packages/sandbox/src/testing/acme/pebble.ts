import type { CertificateFiles } from '../openssl-authority.js';

/** How an authority for tests behaves. */
export interface AuthorityOptions {
  /** The share of good nonces that the server rejects at random; a client has to try again. Default: 0. */
  readonly rejectedNoncesPercent?: number;
  /** The share of orders in which a name that is validated already isn't validated again. Default: 0. */
  readonly reusedAuthorizationsPercent?: number;
  /**
   * Accounts of the authority's customers: keys for HMAC in base64url, by their identifier. New
   * accounts must be bound to one of them (RFC 8555, 7.3.4). Default: no binding.
   */
  readonly externalAccounts?: Readonly<Record<string, string>>;
  /** How long certificates are valid. Default: 90 days. */
  readonly validitySeconds?: number;
  /** Whether names are validated. Default: yes. */
  readonly validates?: boolean;
  /** Names that the authority signs nothing for, nor for those below them. */
  readonly blockedNames?: readonly string[];
}

/** The ports of an authority's address. */
export const PORTS = {
  directory: 14_000,
  pebble: 14_001,
  management: 15_000,
  dns: 53,
  dnsManagement: 8055,
} as const;

const DAY_SECONDS = 24 * 60 * 60;

/** Pebble's configuration: its example is in /usr/share/doc/pebble/examples. */
export function pebbleConfiguration(
  address: string,
  tls: CertificateFiles,
  options: AuthorityOptions,
): string {
  const { externalAccounts = {}, validitySeconds = 90 * DAY_SECONDS, blockedNames = [] } = options;
  const at = (port: number): string => `${address}:${String(port)}`;
  return JSON.stringify({
    pebble: {
      listenAddress: at(PORTS.pebble),
      managementListenAddress: at(PORTS.management),
      certificate: tls.certificateFile,
      privateKey: tls.keyFile,
      httpPort: 80,
      tlsPort: 443,
      ocspResponderURL: '',
      externalAccountBindingRequired: Object.keys(externalAccounts).length > 0,
      externalAccountMACKeys: externalAccounts,
      certificateValidityPeriod: validitySeconds,
      domainBlocklist: blockedNames,
    },
  });
}

/** Pebble's settings that it reads from variables. */
export function pebbleVariables(options: AuthorityOptions): Readonly<Record<string, string>> {
  const { rejectedNoncesPercent = 0, reusedAuthorizationsPercent = 0, validates = true } = options;
  return {
    PEBBLE_WFE_NONCEREJECT: String(rejectedNoncesPercent),
    PEBBLE_AUTHZREUSE: String(reusedAuthorizationsPercent),
    // It would wait for up to 15 seconds before each validation.
    PEBBLE_VA_NOSLEEP: '1',
    ...(!validates && { PEBBLE_VA_ALWAYS_VALID: '1' }),
  };
}
