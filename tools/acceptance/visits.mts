import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Requests a second: a site of a small organisation on a busy day. */
const REQUESTS_PER_SECOND = 20;

/** Milliseconds after which an answer is given up. */
const ANSWER_TIMEOUT_MILLISECONDS = 30_000;

/** The longest time that visitors stay, in milliseconds: a deployment that hangs must not keep them. */
const LONGEST_VISIT_MILLISECONDS = 20 * 60_000;

/** A page, and what its answer must be. */
export interface Page {
  readonly path: string;
  readonly status?: number;
  /** A text that the answer has. */
  readonly shows?: string;
  readonly cookie?: string;
  /** The domain that visitors ask for; their address otherwise. */
  readonly domain?: string;
}

export interface Answer {
  readonly path: string;
  readonly status: number | undefined;
  readonly body: string;
  /** What is wrong with it; undefined for a good one. */
  readonly problem?: string;
  /** Whether it was asked for twice: see {@link ask}. */
  readonly again?: true;
}

/** What visitors saw. */
export interface Seen {
  readonly requests: number;
  readonly failed: readonly Answer[];
  /** How many were asked for twice. */
  readonly again: number;
}

/** Visits that go on until `stop`. */
export interface Visits {
  stop(): Promise<Seen>;
}

/** Visits the pages in turn, so many a second. */
export function visit(address: string, pages: readonly Page[]): Visits {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const asked: Promise<Answer>[] = [];
  const stopped = new AbortController();
  const done = (async () => {
    const since = performance.now();
    for (let count = 0; !stopped.signal.aborted; count += 1) {
      const passed = performance.now() - since;
      if (passed > LONGEST_VISIT_MILLISECONDS) return;
      const page = pages[count % pages.length];
      if (page) asked.push(ask(address, page, agent));
      await sleep(Math.max(0, ((count + 1) * 1000) / REQUESTS_PER_SECOND - passed));
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await done;
      const answers = await Promise.all(asked);
      agent.destroy();
      return {
        requests: answers.length,
        failed: answers.filter(({ problem }) => problem !== undefined),
        again: answers.filter(({ again }) => again).length,
      };
    },
  };
}

/**
 * Asks for a page; never rejects. As browsers do, it asks a second time when a connection of an
 * earlier request was closed before it answered (RFC 9112, 9.3.1): a server may do that at any time.
 */
export async function ask(address: string, page: Page, agent?: Agent): Promise<Answer> {
  const { answer, closed } = await askOnce(address, page, agent);
  if (!closed) return answer;
  return { ...(await askOnce(address, page)).answer, again: true };
}

function askOnce(
  address: string,
  page: Page,
  agent?: Agent,
): Promise<{ readonly answer: Answer; readonly closed: boolean }> {
  const { path, cookie, domain } = page;
  return new Promise((resolve) => {
    const failed = (error: Error): void => {
      const closed = call.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      resolve({ answer: { path, status: undefined, body: '', problem: error.message }, closed });
    };
    const headers = {
      ...(cookie !== undefined && { cookie }),
      ...(domain !== undefined && { host: domain }),
    };
    const call = request(
      { host: address, path, agent, headers, timeout: ANSWER_TIMEOUT_MILLISECONDS },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('error', (error) => {
          const problem = `cut off: ${error.message}`;
          resolve({ answer: { path, status: undefined, body, problem }, closed: false });
        });
        response.on('end', () => {
          const { statusCode: status } = response;
          const problem = wrongWith(page, status, body);
          const answer = { path, status, body, ...(problem !== undefined && { problem }) };
          resolve({ answer, closed: false });
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', failed);
    call.end();
  });
}

function wrongWith(page: Page, status: number | undefined, body: string): string | undefined {
  const { status: expected = 200, shows } = page;
  if (status !== expected) return `status ${String(status)}, not ${String(expected)}`;
  if (shows !== undefined && !body.includes(shows)) return `it does not show ${shows}`;
  return undefined;
}
