import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between the requests of a visitor. */
const PAUSE = 20;
const TIMEOUT = 5_000;

/** What the visitors of a site have seen. */
export interface Visits {
  readonly answers: number;
  /** Why requests got no answer. */
  readonly failures: readonly string[];
}

/**
 * Visits a site by http and by https, each request over a new connection, until it is stopped. Any
 * answer counts, and any certificate will do.
 */
export function startVisitors(address: string, name: string): { stop(): Promise<Visits> } {
  const seen = { answers: 0, failures: [] as string[] };
  const end = new AbortController();
  const visit = async (scheme: 'http' | 'https'): Promise<void> => {
    while (!end.signal.aborted) {
      await ask(scheme, address, name).then(
        () => (seen.answers += 1),
        (error: unknown) => seen.failures.push(`${scheme}: ${String(error)}`),
      );
      await sleep(PAUSE);
    }
  };
  const visitors = [visit('http'), visit('https')];
  return {
    stop: async () => {
      end.abort();
      await Promise.all(visitors);
      return seen;
    },
  };
}

function ask(scheme: 'http' | 'https', address: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { host: address, headers: { host: name }, agent: false, timeout: TIMEOUT };
    const request =
      scheme === 'http'
        ? overHttp(options)
        : overHttps({ ...options, servername: name, rejectUnauthorized: false });
    request.on('response', (answer) => answer.resume().on('end', resolve).on('error', reject));
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end();
  });
}
