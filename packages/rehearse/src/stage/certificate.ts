import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { StageCertificate } from '@fairness-deploy/core';
import { EC_KEY, serverSettings } from '@fairness-deploy/sandbox';
import { childEnvironment } from '@fairness-deploy/shell/client';
import { HintedError } from '@fairness-deploy/shell/text';

const DAYS = 30;

/** A domain may be too long for a subject. */
const SUBJECT = 'Certificate of a rehearsal';

/** The name where an environment has none. */
const NOBODY = 'stage.invalid';

/**
 * Makes a certificate for domains and IP addresses, which it signs itself, and its key: files in a folder of the
 * user's own, in place of those that are there.
 *
 * @throws HintedError when openssl(1) can't.
 */
export async function makeCertificate(
  folder: string,
  domains: readonly string[],
): Promise<StageCertificate> {
  const [first = NOBODY, ...others] = domains;
  const certificateFile = join(folder, 'stage.pem');
  const keyFile = join(folder, 'stage.key');
  const settings = join(folder, 'stage.cnf');
  // libpq before 15 looks for an address among the names.
  const asNames = [first, ...others].filter((name) => isIP(name) !== 0).map((ip) => `, DNS:${ip}`);
  const text = serverSettings([first, ...others], SUBJECT).replace(
    /^subjectAltName = .*$/m,
    (line) => line + asNames.join(''),
  );
  writeFileSync(settings, text, { mode: 0o600 });
  const words = ['req', '-x509', ...EC_KEY, '-sha256', '-days', String(DAYS), '-config', settings];
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
