import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, isIP } from 'node:net';
import { TLSSocket, type PeerCertificate } from 'node:tls';

/** Milliseconds that each part of a question may take: a firewall may drop what it gets. */
const PART_TIMEOUT_MILLISECONDS = 5000;

/** What the client gets when it asks for a URL, part by part, until one fails. */
export interface SiteAnswer {
  /** Where the name leads; undefined: the URL has an address, or the name was not asked for. */
  readonly name?: { readonly addresses: readonly string[] } | { readonly failure: string };
  /** Each address, and why it takes no connection. */
  readonly connections?: readonly { readonly address: string; readonly failure?: string }[];
  /** Port 80 beside https, where browsers begin: why it takes no connection. */
  readonly plain?: { readonly failure?: string };
  /** Why TLS fails, or the certificate that is not trusted and why. */
  readonly tls?: {
    readonly failure?: string;
    readonly distrust?: string;
    readonly serial?: string;
    readonly issuer?: string;
    readonly ends?: string;
    readonly names?: string;
  };
  readonly answer?:
    { readonly status: number; readonly milliseconds: number } | { readonly failure: string };
}

/**
 * Asks for a URL as a browser does: the name, the port, TLS, the answer. It follows no redirect.
 *
 * @param at the address to ask instead of the name's own: names of machines at the developer's are in no DNS
 */
export async function askSite(
  url: URL,
  at: string | undefined,
  signal: AbortSignal,
): Promise<SiteAnswer> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const name = at !== undefined || isIP(host) ? undefined : await find(host);
  if (name && 'failure' in name) return { name };
  const addresses = name?.addresses ?? [at ?? host];
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const [connections, plain] = await Promise.all([
    Promise.all(
      addresses.map(async (address) => ({
        address,
        ...(await tryConnection(address, port, signal)),
      })),
    ),
    url.protocol === 'https:' && url.port === ''
      ? tryConnection(addresses[0] ?? host, 80, signal)
      : undefined,
  ]);
  const found = { ...(name && { name }), connections, ...(plain && { plain }) };
  const open = connections.find(({ failure }) => failure === undefined);
  if (!open) return found;
  return { ...found, ...(await ask(url, open.address, signal)) };
}

async function find(host: string): Promise<NonNullable<SiteAnswer['name']>> {
  try {
    const found = await lookup(host, { all: true });
    return { addresses: [...new Set(found.map(({ address }) => address))] };
  } catch (error) {
    return { failure: codeOf(error) };
  }
}

function tryConnection(
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<{ failure?: string }> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, signal, timeout: PART_TIMEOUT_MILLISECONDS });
    const end = (failure?: string): void => {
      socket.destroy();
      resolve(failure === undefined ? {} : { failure });
    };
    socket.once('connect', () => {
      end();
    });
    socket.once('timeout', () => {
      end('ETIMEDOUT');
    });
    socket.once('error', (error) => {
      end(codeOf(error));
    });
  });
}

/** TLS, if the URL has it, and the answer. */
function ask(
  url: URL,
  address: string,
  signal: AbortSignal,
): Promise<Pick<SiteAnswer, 'tls' | 'answer'>> {
  return new Promise((resolve) => {
    const since = performance.now();
    let tls: SiteAnswer['tls'];
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const asked = request(
      {
        ...{ host: address, port: url.port, path: `${url.pathname}${url.search}`, agent: false },
        headers: { host: url.host, 'user-agent': 'fairness-deploy' },
        ...{ signal, timeout: PART_TIMEOUT_MILLISECONDS },
        ...(url.protocol === 'https:' && {
          servername: isIP(url.hostname) ? '' : url.hostname,
          // What is wrong with the certificate is told below.
          rejectUnauthorized: false,
        }),
      },
      (answer) => {
        answer.resume();
        const milliseconds = Math.round(performance.now() - since);
        resolve({ ...(tls && { tls }), answer: { status: answer.statusCode ?? 0, milliseconds } });
        asked.destroy();
      },
    );
    asked.once('socket', (socket) => {
      socket.once('secureConnect', () => {
        if (socket instanceof TLSSocket) tls = describeTls(socket);
      });
    });
    asked.once('timeout', () =>
      asked.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    );
    asked.once('error', (error) => {
      const failure = codeOf(error);
      if (url.protocol === 'https:' && !tls) resolve({ tls: { failure } });
      else resolve({ ...(tls && { tls }), answer: { failure } });
    });
    asked.end();
  });
}

/** Sound: the types of Node.js say that fields of an absent certificate are there. */
function describeTls(socket: TLSSocket): NonNullable<SiteAnswer['tls']> {
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  const { issuer, serialNumber, valid_to: ends, subjectaltname: names } = certificate;
  const error: unknown = socket.authorizationError;
  const distrust =
    error instanceof Error ? codeOf(error) : typeof error === 'string' ? error : undefined;
  const issued = issuer?.O ?? issuer?.CN;
  return {
    ...(socket.authorized || distrust === undefined ? {} : { distrust }),
    ...(serialNumber !== undefined && { serial: serialNumber }),
    ...(issued !== undefined && { issuer: String(issued) }),
    ...(ends !== undefined && { ends: new Date(ends).toISOString() }),
    ...(names !== undefined && { names: names.replaceAll('DNS:', '') }),
  };
}

function codeOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message: string };
  return code ?? message;
}
