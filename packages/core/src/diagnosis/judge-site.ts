import type { Finding } from '../plugin/check.js';
import type { SiteAnswer } from './ask-site.js';

/** A URL of a site, and how it was asked for. */
export interface AskedSite {
  readonly url: URL;
  /** The address at which the client reaches the host. */
  readonly address: string;
  /** Whether the host is a machine of the developer's own, whose certificates nobody else trusts. */
  readonly isLocal: boolean;
}

/** In words what the system says of a connection (errno(3)) or a name (getaddrinfo(3)). */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused: nothing listens there, or a firewall rejects it',
  ECONNRESET: 'cut off',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'this machine has no such network',
  ETIMEDOUT: 'no answer',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'no DNS server answered',
};

const DISTRUST: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it signs itself',
};

/** Distrust that a CA of the developer's own would explain. */
const UNKNOWN_AUTHORITY = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/**
 * A finding for each part of the way to a URL, up to the first that fails. Pure.
 *
 * @param onHost the findings about the host
 */
export function judgeSite(
  asked: AskedSite,
  answer: SiteAnswer,
  onHost: readonly Finding[],
): readonly Finding[] {
  return [
    ...judgeName(asked, answer, onHost),
    ...judgePorts(asked, answer, onHost),
    ...judgeTls(asked, answer),
    ...judgeAnswer(asked, answer, onHost),
  ];
}

function judgeName(
  { url: { hostname }, address }: AskedSite,
  { name: found, tls }: SiteAnswer,
  onHost: readonly Finding[],
): readonly Finding[] {
  if (!found) return [];
  const name = `name ${hostname}`;
  if ('failure' in found) {
    return [
      {
        ...{ name, level: 'fail', layer: 'name', data: { code: found.failure } },
        text: `${hostname} leads nowhere: ${wordsOf(found.failure)}`,
        hint: `in the DNS of the domain: an A record for ${hostname} with the host's address`,
      },
    ];
  }
  const { addresses } = found;
  const data = { addresses };
  const text = `leads to ${addresses.join(', ')}`;
  const serials = onHost.flatMap(({ data: { serial } }) =>
    typeof serial === 'string' ? [serial] : [],
  );
  // The same certificate shows that it is the host, behind whatever address.
  const isHost =
    addresses.includes(address) || (tls?.serial !== undefined && serials.includes(tls.serial));
  if (isHost || !/^[\d.]+$|:/.test(address))
    return [{ name, level: 'ok', layer: 'name', text, data }];
  return [
    {
      ...{ name, level: 'warn', layer: 'name', data },
      text: `${text}, not to ${address}, where the client reaches the host`,
      hint: 'fine with a proxy or another network in front of the host; else correct the DNS of the domain',
    },
  ];
}

function judgePorts(
  { url }: AskedSite,
  { connections = [], plain }: SiteAnswer,
  onHost: readonly Finding[],
): readonly Finding[] {
  if (connections.length === 0) return [];
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  const name = `port ${port} of ${url.hostname}`;
  const closed = connections.flatMap(({ address, failure }) =>
    failure === undefined ? [] : [{ address, failure }],
  );
  const data = { connections };
  const evidence = closed.map(({ address, failure }) => `${address}: ${wordsOf(failure)}`);
  if (closed.length === connections.length) {
    const listening = onHost.every(({ layer, level }) => layer !== 'proxy' || level !== 'fail');
    return [
      {
        ...{ name, level: 'fail', layer: 'network', evidence, data },
        text: listening
          ? `no connection gets through to port ${port}, though nginx runs: a firewall is in the way`
          : `no connection to port ${port}`,
        hint: listening
          ? `on the host: nft list ruleset; then the firewall of the provider: it must let tcp ${port} through`
          : `see what listens: ss -ltnp`,
      },
    ];
  }
  const about = { name, layer: 'network', data } as const;
  const one: Finding =
    closed.length === 0
      ? { ...about, level: 'ok', text: 'takes connections' }
      : {
          ...{ ...about, level: 'warn', evidence },
          text: `only some addresses of ${url.hostname} take connections`,
          hint: 'let nginx listen on the others too, or remove them from the DNS of the domain',
        };
  if (plain?.failure === undefined) return [one];
  return [
    one,
    {
      ...{ name: `port 80 of ${url.hostname}`, level: 'warn', layer: 'network' },
      text: `takes no connection: ${wordsOf(plain.failure)}`,
      hint: 'let tcp 80 through: browsers begin there, and a CA with the HTTP challenge asks there',
      data: { code: plain.failure },
    },
  ];
}

function judgeTls(
  { url: { hostname }, isLocal }: AskedSite,
  { tls }: SiteAnswer,
): readonly Finding[] {
  if (!tls) return [];
  const about = { name: `TLS of ${hostname}`, layer: 'tls', data: { ...tls } } as const;
  const { failure, distrust, issuer = 'an unknown CA', ends = 'an unknown time', names = '' } = tls;
  if (failure !== undefined) {
    const text = `no connection with TLS: ${wordsOf(failure)}`;
    return [{ ...about, level: 'fail', text, hint: 'see: logs --source nginx' }];
  }
  const about2 = `of ${issuer}, until ${ends}`;
  if (distrust === undefined) return [{ ...about, level: 'ok', text: `a certificate ${about2}` }];
  if (isLocal && UNKNOWN_AUTHORITY.includes(distrust)) {
    const text = `a certificate ${about2}; only this machine's own CA vouches for it`;
    return [{ ...about, level: 'ok', text }];
  }
  const why =
    DISTRUST[distrust] ?? 'no known CA vouches for it, or a certificate of its chain is missing';
  return [
    {
      ...{ ...about, level: 'fail' },
      text: `browsers refuse the certificate: ${why}`,
      evidence: [`${about2}; names: ${names} (${distrust})`],
      hint: 'see: status, at the certificates',
    },
  ];
}

function judgeAnswer(
  { url }: AskedSite,
  { answer }: SiteAnswer,
  onHost: readonly Finding[],
): readonly Finding[] {
  if (!answer) return [];
  const name = url.href;
  const about = { name, layer: 'answer', data: { ...answer } } as const;
  if ('failure' in answer) {
    const text = `no answer: ${wordsOf(answer.failure)}`;
    return [{ ...about, level: 'fail', text, hint: 'see: logs' }];
  }
  const { status, milliseconds } = answer;
  const text = `answers ${String(status)} in ${String(milliseconds)} ms`;
  if (status < 500) return [{ ...about, level: 'ok', text }];
  if (status === 503 && onHost.some(({ layer, level }) => layer === 'proxy' && level === 'warn')) {
    return [{ ...about, level: 'warn', text: `${text}, as the maintenance page does` }];
  }
  return [
    {
      ...about,
      level: 'fail',
      text: `${text}: ${MEANINGS[status] ?? 'an error of the application'}`,
      hint: 'see: logs',
    },
  ];
}

/** What nginx means with its own errors (RFC 9110, 15.6). */
const MEANINGS: Readonly<Record<number, string>> = {
  502: 'nginx gets no answer from the process',
  503: 'the maintenance page, or too many requests',
  504: 'the process takes too long to answer',
};

function wordsOf(code: string): string {
  return WORDS[code] ?? code;
}
