import { execFileSync } from 'node:child_process';

/** A certificate and its key, in PEM. */
export interface ExampleCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A self-signed certificate for tests, of "Example CA", valid for 90 days from now. */
export function exampleCertificate(...names: readonly string[]): ExampleCertificate {
  const pem = execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'],
      ...['-keyout', '-', '-days', '90', '-subj', '/C=FR/O=Example CA/CN=example'],
      ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const at = pem.indexOf('-----BEGIN CERTIFICATE');
  return { certificate: pem.slice(at), key: pem.slice(0, at) };
}
