import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { TLSSocket } from 'node:tls';

/** Requests a second, besides the uploads. */
const RATE = 100;
/** Uploads a second. */
const UPLOAD_RATE = 4;
const TIMEOUT_MILLISECONDS = 10_000;

/** An answer, or why there is none. */
interface Visit {
  readonly path: string;
  readonly status: number;
  readonly body: string;
  /** The serial number of the certificate. */
  readonly serial: string | undefined;
  readonly problem?: string;
}

/** What the visitors of a site have seen. */
export interface Visits {
  readonly count: number;
  /** Requests that got no answer, or a bad one. */
  readonly failed: readonly string[];
  /** Who has answered, such as `old A api`, in this order. */
  readonly answeredBy: readonly string[];
  readonly serials: readonly string[];
  /** The names of the uploads that the site has taken. */
  readonly uploads: readonly string[];
}

/**
 * Visits a site, each request over a new connection, at a steady rate, and uploads files meanwhile.
 *
 * @param name the name of the site, which has a certificate; undefined: it has none
 */
export function startVisitors(
  address: string,
  name: string | undefined,
): { seen(): number; stop(): Promise<Visits> } {
  const visits: Visit[] = [];
  const uploads: string[] = [];
  const open = new Set<Promise<void>>();
  let count = 0;
  const visit = (path: string, method = 'GET'): void => {
    const done = ask(address, name, path, method).then((seen) => {
      visits.push(seen);
      if (method === 'POST' && seen.status === 200) uploads.push(path);
      open.delete(done);
    });
    open.add(done);
  };
  const timers = [
    setInterval(() => {
      count += 1;
      visit(count % 2 === 0 ? '/' : `/api/of-${String(count)}`);
    }, 1000 / RATE),
    setInterval(() => {
      count += 1;
      visit(`/api/uploads/upload-${String(count)}.txt`, 'POST');
    }, 1000 / UPLOAD_RATE),
  ];
  return {
    seen: () => visits.length,
    stop: async () => {
      timers.forEach((timer) => {
        clearInterval(timer);
      });
      await Promise.all(open);
      return {
        count: visits.length,
        failed: visits.flatMap(({ path, status, body, problem }) =>
          problem === undefined && status === 200
            ? []
            : [`${path}: ${problem ?? `${String(status)} ${body.slice(0, 80)}`}`],
        ),
        answeredBy: [
          ...new Set(
            visits.flatMap(({ body }) => /^(?:old [AB]|new) [a-z-]+/.exec(body)?.[0] ?? []),
          ),
        ],
        serials: [...new Set(visits.flatMap(({ serial }) => serial ?? []))],
        uploads,
      };
    },
  };
}

function ask(
  address: string,
  name: string | undefined,
  path: string,
  method: string,
): Promise<Visit> {
  return new Promise((resolve) => {
    const fail = (problem: unknown): void => {
      resolve({ path, status: 0, body: '', serial: undefined, problem: String(problem) });
    };
    const options = {
      ...{ host: address, path, method, agent: false, timeout: TIMEOUT_MILLISECONDS },
      ...(name !== undefined && { headers: { host: name } }),
    };
    const request =
      name === undefined
        ? overHttp(options)
        : overHttps({ ...options, servername: name, rejectUnauthorized: false });
    request.on('response', (answer) => {
      let body = '';
      const { socket } = answer;
      const serial =
        socket instanceof TLSSocket ? socket.getPeerCertificate().serialNumber : undefined;
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('error', fail);
      answer.on('end', () => {
        resolve({ path, status: answer.statusCode ?? 0, body, serial });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', fail);
    request.end(method === 'POST' ? path : undefined);
  });
}
