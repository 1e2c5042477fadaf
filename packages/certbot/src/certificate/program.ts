import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, sh, type Script } from '@fairness-deploy/shell';
import { requestText, type CertificateRequest } from './request.js';

/** The parts of the program, each after those that it uses. */
const PARTS = [
  ...['constants', 'problems', 'attempts', 'names', 'lineage', 'run', 'issue', 'renew'],
  ...['revoke', 'served', 'main'],
] as const;

/**
 * The program that asks CAs, on the host: in Python, as certbot is, so that it reads certbot's files
 * as certbot does. With Debian's Python, without modules of users.
 */
export const CODE = PARTS.map((part) =>
  readFileSync(join(__dirname, '..', '..', 'program', `${part}.py`), 'utf8'),
).join('\n');

/** What the program does. */
export type Action =
  /** Gets the certificate, or only sets how it is renewed when the present one is as wanted. */
  | 'issue'
  /** Renews it when it is due, or always by `force`; with the word `dry-run`, only tries that. */
  | 'renew'
  /** With the reason as a word. */
  | 'revoke'
  /** Fails when nginx serves another certificate. */
  | 'check-served';

/** Runs the program; the request comes on its standard input, as a secret may be in it. */
export function runProgram(
  action: Action,
  request: CertificateRequest,
  ...words: readonly string[]
): Script {
  return sh`
    [ -x /usr/bin/certbot ] || ${fail(`Cannot ${action === 'check-served' ? 'use' : action} the certificate ${request.name}: Certbot is not installed`, 'provision first')}
    printf %s ${requestText(request)} | /usr/bin/python3 -I -W ignore -c ${CODE} ${[action, ...words]}`;
}
