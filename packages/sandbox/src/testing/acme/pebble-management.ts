import https from 'node:https';
import { isIPv6 } from 'node:net';
import { PORTS } from './pebble.js';

/** What an authority knows of a certificate that it has issued. */
export interface IssuedCertificate {
  readonly status: 'valid' | 'revoked';
  /** Why it was revoked: a number of RFC 5280, 5.3.1. */
  readonly reason: number | undefined;
  readonly pem: string;
}

/** Pebble's management interface, as its README describes it. */
export function pebbleManagement(address: string, ca: string) {
  const ask = (path: string): Promise<Buffer | undefined> =>
    get({ host: address, port: PORTS.management, path, ca, agent: false });
  return {
    /** PEM of the root that signs what it issues. */
    root: async (): Promise<string> => String(await ask('/roots/0')),
    issued: async (serial: string): Promise<IssuedCertificate | undefined> => {
      const path = serial.toLowerCase().replace(/^0+/, '');
      const found = await ask(`/cert-status-by-serial/${path}`);
      return found && parseStatus(found.toString());
    },
  };
}

/** The names of pebble-challtestsrv's DNS. */
export function dnsManagement(url: string) {
  const set = async (action: string, record: object): Promise<void> => {
    const body = JSON.stringify(record);
    const { ok, status } = await fetch(`${url}/${action}`, { method: 'POST', body });
    if (!ok) throw new Error(`The DNS answers ${String(status)} to ${action}`);
  };
  return {
    /** Lets a name have this address alone, or none. */
    resolve: async (name: string, address: string | undefined): Promise<void> => {
      for (const kind of ['a', 'aaaa']) await set(`clear-${kind}`, { host: name });
      if (address === undefined) return;
      const kind = isIPv6(address) ? 'aaaa' : 'a';
      await set(`add-${kind}`, { host: name, addresses: [address] });
    },
  };
}

/** @returns undefined for 404. */
function get(options: https.RequestOptions): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    https
      .get(options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          resolve(response.statusCode === 404 ? undefined : Buffer.concat(parts));
        });
      })
      .on('error', reject);
  });
}

function parseStatus(text: string): IssuedCertificate {
  // Pebble is the only one that writes it.
  const { Status, Reason, Certificate } = JSON.parse(text) as {
    readonly Status: 'Valid' | 'Revoked';
    readonly Reason?: number;
    readonly Certificate: string;
  };
  return {
    status: Status === 'Revoked' ? 'revoked' : 'valid',
    reason: Reason,
    pem: Certificate,
  };
}
