import { Agent, request } from 'node:http';

/**
 * Visitors: started by `startLoad` with IPC, told by one message whom to visit and how often,
 * by another one to stop; then it tells of each request and ends.
 */
process.on('disconnect', () => {
  process.exit(0);
});
// Ctrl-C goes to all processes of a terminal; the parent decides when this one ends.
process.on('SIGINT', () => undefined);

const JSON_TYPE = { 'Content-Type': 'application/json' };
const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' };
const email = (count) => `robin${String(count)}@example.org`;

/** What they ask in turn, and what may be answered: 409 when all seats are taken. */
const VISITS = [
  { path: '/', good: [200] },
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

/** The most that are under way: on a machine that is too busy, others are left. */
const MOST = 64;

const agent = new Agent({ keepAlive: true, maxSockets: MOST });
const requests = [];

function visit(address, count) {
  const { path, method = 'GET', headers = {}, body, good } = VISITS[count % VISITS.length];
  const sent = Date.now();
  const since = performance.now();
  const text = body?.(count);
  const end = (result) => {
    requests.push({
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
    response.setEncoding('utf8').on('data', (chunk) => (page += chunk));
    response.on('error', (error) => {
      end({ problem: `cut off: ${error.message}` });
    });
    response.on('end', () => {
      const { statusCode: status, headers: answered } = response;
      const commit = answered['x-commit'];
      const told = [...page.matchAll(/commit <code title="([^"]*)">/g)].map(([, one]) => one);
      // The page tells its own commit and that of the API that it has asked.
      const whole = status !== 200 || path !== '/' || told.length === 2;
      const problem = !good.includes(status)
        ? `status ${status}: ${page.slice(0, 200)}`
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

let timer;
/** How many there should have been, and how many there were. */
let due = 0;
let count = 0;

process.on('message', ({ address, rate, stop }) => {
  if (stop) {
    clearInterval(timer);
    // What is under way comes to its end.
    const wait = setInterval(() => {
      if (requests.length < count) return;
      clearInterval(wait);
      process.send({ requests, left: due - count });
    }, 20);
    return;
  }
  const since = performance.now();
  timer = setInterval(() => {
    // So many a second, however late the timer comes.
    for (; due < ((performance.now() - since) / 1000) * rate; due += 1) {
      if (count - requests.length >= MOST) continue;
      visit(address, count);
      count += 1;
    }
  }, 2);
});
