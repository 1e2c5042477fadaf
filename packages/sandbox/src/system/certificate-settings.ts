/** How openssl(1) makes certificates: strict clients want each of these extensions (RFC 5280, 4.2). */
import { isIP } from 'node:net';

/** openssl-req(1)'s words for a new key that nothing encrypts. */
export const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** openssl-req(1)'s configuration for the root of an authority. */
export function rootSettings(name: string): string {
  return settings(name, [
    'basicConstraints = critical, CA:TRUE',
    'keyUsage = critical, keyCertSign, cRLSign',
    'subjectKeyIdentifier = hash',
  ]);
}

/**
 * openssl-req(1)'s configuration for the certificate of a server.
 *
 * @param names host names and IP addresses
 * @param subject at most 64 characters; clients look at the names only (RFC 6125, 6.4.4). Default: the first name
 */
export function serverSettings(
  names: readonly [string, ...string[]],
  subject: string = names[0],
): string {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  return settings(subject, [
    'basicConstraints = critical, CA:FALSE',
    'keyUsage = critical, digitalSignature',
    'extendedKeyUsage = serverAuth',
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    `subjectAltName = ${alternatives.join(', ')}`,
  ]);
}

function settings(name: string, extensions: readonly string[]): string {
  return [
    '[req]',
    'prompt = no',
    'distinguished_name = subject',
    'x509_extensions = extensions',
    '[subject]',
    `CN = ${name}`,
    '[extensions]',
    ...extensions,
    '',
  ].join('\n');
}
