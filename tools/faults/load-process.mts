import { Agent, request } from 'node:http';
import { loadOrderSchema, type LoadAnswer, type Visit } from './load-messages.mjs';

/**
 * Visitors: started by `startLoad` with IPC, told by one message what to request and how often,
 * by another one to stop; then it reports each request and ends.
 */
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C goes to all processes of a terminal; the parent decides when this one ends.
process.on('SIGINT', () => undefined);

const JSON_TYPE = { 'Content-Type': 'application/json' };
const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' };
const email = (count: number): string => `robin${String(count)}@example.org`;

/** The request, and the allowed answers. */
interface Question {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: (count: number) => string;
  readonly good: readonly number[];
}

const HOME: Question = { path: '/', good: [200] };

/** What they ask in turn; 409 when all seats are taken. */
const QUESTIONS: readonly Question[] = [
  HOME,
  { path: '/api/health', good: [200] },
  {
    path: '/api/workshops/water/registrations',
    method: 'POST',
    headers: JSON_TYPE,
    body: (count) => JSON.stringify({ name: 'Robin', email: email(count) }),
    good: [201, 409],
  },
  { path: '/api/workshops', good: [200] },
  {
    path: '/',
    method: 'POST',
    headers: FORM_TYPE,
    body: (count) =>
      new URLSearchParams({
        workshop: 'living-soil',
        name: 'Robin',
        email: email(count),
      }).toString(),
    good: [303, 409],
  },
];

/** The most open requests: on a machine that is too busy, further ones are skipped. */
const MOST = 64;

const agent = new Agent({ keepAlive: true, maxSockets: MOST });
const visits: Visit[] = [];

function visit(address: string, count: number, questions: readonly Question[]): void {
  const question = questions[count % questions.length] ?? HOME;
  const { path, method = 'GET', headers = {}, body, good } = question;
  const sent = Date.now();
  const since = performance.now();
  const text = body?.(count);
  const end = (result: Pick<Visit, 'status' | 'commit' | 'problem'>): void => {
    visits.push({
      what: `${method} ${path}`,
      sent,
      milliseconds: performance.now() - since,
      ...result,
    });
  };
  const call = request({
    ...{ host: address, path, method, agent, timeout: 30_000 },
    headers: { ...headers, ...(text && { 'Content-Length': Buffer.byteLength(text) }) },
  });
  call.on('timeout', () => call.destroy(new Error('no answer within 30 s')));
  call.on('error', (error) => {
    end({ problem: error.message });
  });
  call.on('response', (response) => {
    let page = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (page += chunk));
    response.on('error', (error) => {
      end({ problem: `cut off: ${error.message}` });
    });
    response.on('end', () => {
      const { statusCode: status = 0 } = response;
      const commit = response.headers['x-commit']?.toString();
      const told = [...page.matchAll(/commit <code title="([^"]*)">/g)].map(([, one]) => one);
      // The page tells its own commit and that of the API that it has asked.
      const whole = status !== 200 || path !== '/' || told.length === 2;
      const problem = !good.includes(status)
        ? `status ${String(status)}: ${page.slice(0, 200)}`
        : commit === undefined
          ? 'it tells no commit'
          : !whole || told.some((one) => one !== commit)
            ? `the page of ${commit} shows ${told.join(' and ')}`
            : undefined;
      end({ status, commit, ...(problem && { problem }) });
    });
  });
  call.end(text);
}

let timer: NodeJS.Timeout | undefined;
/** How many there should have been, and how many there were. */
let due = 0;
let count = 0;

process.on('message', (message) => {
  const order = loadOrderSchema.parse(message);
  if ('stop' in order) {
    clearInterval(timer);
    // Open requests end.
    const wait = setInterval(() => {
      if (visits.length < count) return;
      clearInterval(wait);
      process.send?.({ visits, left: due - count } satisfies LoadAnswer);
    }, 20);
    return;
  }
  const { address, rate, onlyReads } = order;
  const questions = QUESTIONS.filter(({ method }) => !onlyReads || method === undefined);
  const since = performance.now();
  timer = setInterval(() => {
    // So many a second, however late the timer comes.
    for (; due < ((performance.now() - since) / 1000) * rate; due += 1) {
      if (count - visits.length >= MOST) continue;
      visit(address, count, questions);
      count += 1;
    }
  }, 2);
});
