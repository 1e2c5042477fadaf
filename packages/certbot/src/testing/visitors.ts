import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between the requests of a visitor. */
const PAUSE_MILLISECONDS = 20;
const TIMEOUT_MILLISECONDS = 5_000;

/** What the visitors of a site have seen. */
export interface Visits {
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Why requests got no answer. */
  readonly failures: readonly string[];
}

/**
 * Visits a site by http and by https, each request over a new connection, until it is stopped. Any
 * certificate will do.
 */
export function startVisitors(address: string, name: string): { stop(): Promise<Visits> } {
  const seen = { statuses: {} as Record<number, number>, failures: [] as string[] };
  const end = new AbortController();
  const visit = async (scheme: 'http' | 'https'): Promise<void> => {
    while (!end.signal.aborted) {
      await ask(scheme, address, name).then(
        (status) => (seen.statuses[status] = (seen.statuses[status] ?? 0) + 1),
        (error: unknown) => seen.failures.push(`${scheme}: ${String(error)}`),
      );
      await sleep(PAUSE_MILLISECONDS);
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

/** @returns the status of the answer. */
function ask(scheme: 'http' | 'https', address: string, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = {
      host: address,
      headers: { host: name },
      agent: false,
      timeout: TIMEOUT_MILLISECONDS,
    };
    const request =
      scheme === 'http'
        ? overHttp(options)
        : overHttps({ ...options, servername: name, rejectUnauthorized: false });
    request.on('response', (answer) => {
      const { statusCode = 0 } = answer;
      answer.resume().on('error', reject);
      answer.on('end', () => {
        resolve(statusCode);
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.end();
  });
}
