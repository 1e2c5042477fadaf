import { exampleName, judgedBy, type Check, type Finding } from '@fairness-deploy/core';
import { lines, sh, type Script } from '@fairness-deploy/shell';

/** A certificate that ends sooner should have been renewed: Certbot does that 30 days before its end. */
const WARN_DAYS = 21;
/** There is little time left to find out why it was not. */
const FAIL_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;
const ANSWER_SECONDS = 5;

/** A certificate on a host. */
export interface CertificateState {
  readonly names: readonly string[];
  readonly issuer: string;
  readonly serial: string;
  /** The end of its validity, ISO 8601. */
  readonly ends: string;
  /** Whole days until then; negative after it. */
  readonly daysLeft: number;
  /** The serial that nginx serves for each name; undefined where nothing answers with TLS. */
  readonly served: Readonly<Record<string, string | undefined>>;
}

/** A certificate that is checked. */
export interface CheckedCertificate {
  readonly name: string;
  /** The file with the certificate and its chain, on the host. */
  readonly file: string;
  /** The names that it should have. */
  readonly names: readonly string[];
  /** The port on which nginx serves it for all of its names; undefined: nginx does not serve it. */
  readonly port?: number;
  /** What to do when it is missing or not for its names, and when it ends soon. */
  readonly hints: { readonly missing: string; readonly ending: string };
}

/** What a certificate is, when it ends, and whether nginx serves it. */
export function certificateCheck(certificate: CheckedCertificate): Check {
  return {
    name: `certificate ${certificate.name}`,
    layer: 'certificate',
    read: readState(certificate),
    ...judgedBy(judgeCertificate, certificate),
  };
}

function readState({ file, names, port }: CheckedCertificate): Script {
  const asked = port === undefined ? [] : names;
  return sh`
    printf 'now %s\n' "$(date +%s)"
    if [ -f ${file} ]; then
      openssl x509 -noout -issuer -nameopt utf8,sep_comma_plus,sname -serial -enddate -ext subjectAltName -in ${file}
    fi
    ${lines(
      ...asked.map((name) => {
        return sh`
          printf 'served %s %s\n' ${name} "$(
            timeout ${ANSWER_SECONDS} openssl s_client -connect ${`127.0.0.1:${String(port)}`} -servername ${exampleName(name)} </dev/null 2>/dev/null |
              openssl x509 -noout -serial 2>/dev/null || :)"`;
      }),
    )}`;
}

/** Parses what the check reads; undefined when there is no certificate. */
export function parseState(output: string): CertificateState | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}[ =](.*)$`, 'm').exec(output)?.[1]?.trim();
  const [serial, end] = [field('serial'), field('notAfter')];
  if (serial === undefined || end === undefined) return undefined;
  const ends = new Date(end);
  const now = Number(field('now')) * 1000;
  const served = [...output.matchAll(/^served (\S+) ?(?:serial=)?(\S*)$/gm)].map(
    ([, name = '', found = '']) => [name, found === '' ? undefined : found] as const,
  );
  return {
    ...{ names: subjectAlternativeNames(output), serial, ends: ends.toISOString() },
    issuer: field('issuer') ?? '',
    daysLeft: Math.floor((ends.getTime() - now) / DAY_MILLISECONDS),
    served: Object.fromEntries(served),
  };
}

/** Judges one certificate. Pure. */
export function judgeCertificate(
  output: string,
  { name: of, names, port, hints }: CheckedCertificate,
): Finding {
  const name = `certificate ${of}`;
  const state = parseState(output);
  if (!state) {
    const text =
      port === undefined
        ? 'there is none'
        : 'there is none: nginx serves a placeholder, and the site stays on http';
    return { name, level: 'fail', text, hint: hints.missing, data: { there: false } };
  }
  const about = { name, data: { there: true, ...state } };
  const missing = names.filter((one) => !state.names.includes(one));
  if (missing.length > 0) {
    const text = `is not for ${missing.join(', ')}`;
    return { ...about, level: 'fail', text, hint: hints.missing };
  }
  const left = `${String(state.daysLeft)} ${state.daysLeft === 1 ? 'day' : 'days'} left`;
  if (state.daysLeft < 0) {
    const text = `expired at ${state.ends}`;
    return { ...about, level: 'fail', text, hint: hints.ending };
  }
  if (state.daysLeft < FAIL_DAYS) {
    return {
      ...about,
      level: 'fail',
      text: `${left}, and it was not renewed`,
      hint: hints.ending,
    };
  }
  const silent = Object.entries(state.served).filter(([, serial]) => serial === undefined);
  if (silent.length > 0) {
    const text = `nginx does not answer with TLS for ${silent.map(([one]) => one).join(', ')}`;
    return { ...about, level: 'fail', text, hint: 'provision, or see: systemctl status nginx' };
  }
  const others = Object.entries(state.served).filter(([, serial]) => serial !== state.serial);
  if (others.length > 0) {
    const text = `nginx has not loaded it: it serves another one for ${others.map(([one]) => one).join(', ')}`;
    return { ...about, level: 'fail', text, hint: 'provision' };
  }
  const text = `${state.names.join(', ')}: ${left}`;
  if (state.daysLeft >= WARN_DAYS) return { ...about, level: 'ok', text };
  return { ...about, level: 'warn', text, hint: hints.ending };
}

/** The names in the output of `openssl x509 -ext subjectAltName`. */
export function subjectAlternativeNames(output: string): readonly string[] {
  return [...output.matchAll(/\bDNS:([^,\s]+)/g)].map(([, name = '']) => name);
}
