import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { StageCertificate } from '@fairness-deploy/core';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

const DAYS = 30;

/** The name where an environment has none. */
const NOBODY = 'stage.invalid';

/**
 * Makes a certificate for domains, which it signs itself, and its key: files in a folder of the user's own.
 *
 * @throws HintedError when openssl(1) can't.
 */
export async function makeCertificate(
  folder: string,
  domains: readonly string[],
): Promise<StageCertificate> {
  const names = domains.length === 0 ? [NOBODY] : domains;
  const certificateFile = join(folder, 'stage.pem');
  const keyFile = join(folder, 'stage.key');
  const settings = join(folder, 'stage.cnf');
  writeFileSync(settings, settingsFor(names), { mode: 0o600 });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const words = ['req', '-x509', ...key, '-sha256', '-days', String(DAYS), '-config', settings];
  const all = [...words, '-keyout', keyFile, '-out', certificateFile];
  const failure = await new Promise<Error | null>((resolve) => {
    execFile('openssl', all, { env: childEnvironment() }, resolve);
  });
  if (failure) {
    throw new HintedError('Cannot make a certificate for the rehearsal: openssl failed', {
      hint: 'see whether this machine has it: openssl version',
      cause: failure,
    });
  }
  return { certificateFile, keyFile };
}

/** openssl-req(1). Only the alternative names count (RFC 6125, 6.4.4); a common name has 64 characters at most. */
function settingsFor(names: readonly string[]): string {
  return [
    ...['[req]', 'prompt = no', 'distinguished_name = subject', 'x509_extensions = extensions'],
    ...['[subject]', 'CN = Certificate of a rehearsal'],
    ...['[extensions]', 'basicConstraints = critical, CA:FALSE', 'extendedKeyUsage = serverAuth'],
    `subjectAltName = ${names.map((name) => `DNS:${name}`).join(', ')}`,
    '',
  ].join('\n');
}
