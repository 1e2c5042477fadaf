import { X509Certificate } from 'node:crypto';
import type { Check, Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { hostOf, type SiteSection } from '../section/section.js';
import { certificateLink, CHAIN_FILE, placeholderFlag } from './certificate-folders.js';
import { namesOf } from './nginx-extension.js';

/** How many days of validity are few: Certbot renews when there are 30 left. */
const FEW_DAYS = 20;

/** How many days of validity leave hardly time to act. */
const LAST_DAYS = 7;

/** Whether a site has a certificate for its names that is valid for a while, and nginx shows it. */
export function certificateCheck(
  name: string,
  site: SiteSection,
  tls: NonNullable<SiteSection['tls']>,
): Check {
  const certificate = `${certificateLink(name)}/${CHAIN_FILE}`;
  return {
    name: `certificate ${name}`,
    read: sh`
      [ ! -e ${placeholderFlag(name)} ] || echo placeholder
      echo
      [ ! -r ${certificate} ] || openssl x509 -in ${certificate}
      echo
      openssl s_client -connect ${`127.0.0.1:${String(tls.port)}`} -servername ${hostOf(site)} </dev/null 2>/dev/null |
        openssl x509 2>/dev/null || :`,
    judge: (output) => [judgeCertificate(output, { name, names: namesOf(site), now: new Date() })],
  };
}

/** The site whose certificate is judged. */
interface Judged {
  readonly name: string;
  readonly names: readonly string[];
  readonly now: Date;
}

/** @param output of the check: the certificate in its file, and the one that nginx shows */
export function judgeCertificate(output: string, { name, names, now }: Judged): Finding {
  const [flag = '', file = '', shown = ''] = output.split(/^\n/m);
  const about = { name: `certificate ${name}` };
  if (!file.includes('BEGIN')) {
    const text = 'there is none';
    return { ...about, level: 'fail', text, hint: 'provision', data: { found: false } };
  }
  const certificate = new X509Certificate(file);
  const { validTo, serialNumber: serial } = certificate;
  const days = Math.floor((new Date(validTo).getTime() - now.getTime()) / 86_400_000);
  const issuer = nameIn(certificate.issuer);
  const placeholder = flag.includes('placeholder');
  const data = {
    ...{ placeholder, issuer, serial, names: namesIn(certificate) },
    ...{ notAfter: new Date(validTo).toISOString(), daysLeft: days },
  };
  if (placeholder) {
    const text = 'a placeholder that no browser trusts: the site is served over http';
    return { ...about, level: 'warn', text, hint: 'provision', data };
  }
  const missing = names.filter((one) => !certificate.checkHost(one.replace('*', 'any')));
  const text = `of ${issuer}, for ${namesIn(certificate).join(', ')}, ${ends(days, validTo)}`;
  if (days < 0) return { ...about, level: 'fail', text, hint: 'provision', data };
  if (missing.length > 0) {
    const more = `${text}; not for ${missing.join(', ')}`;
    return { ...about, level: 'fail', text: more, hint: 'provision', data };
  }
  if (shown.includes('BEGIN') && new X509Certificate(shown).serialNumber !== serial) {
    const more = `${text}; nginx shows another one, as it has not loaded this one`;
    return { ...about, level: 'fail', text: more, hint: 'provision', data };
  }
  if (days > FEW_DAYS) return { ...about, level: 'ok', text, data };
  const level = days > LAST_DAYS ? 'warn' : 'fail';
  return { ...about, level, text, hint: 'renew it: it should have been renewed by now', data };
}

function ends(days: number, validTo: string): string {
  return days < 0 ? `expired on ${validTo}` : `valid for ${String(days)} more days`;
}

/** The organisation or the common name in a distinguished name, as Node.js prints it: a part a line. */
function nameIn(distinguished: string): string {
  const parts = distinguished.split('\n');
  const [part] = ['O=', 'CN='].flatMap((key) => parts.filter((one) => one.startsWith(key)));
  return part?.slice(part.indexOf('=') + 1) ?? 'an unnamed issuer';
}

/** The DNS names in a certificate. */
function namesIn({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return subjectAltName
    .split(', ')
    .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice('DNS:'.length)] : []));
}
