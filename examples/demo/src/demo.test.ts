import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { before, beforeEach, test, type TestContext } from 'node:test';
import { Client } from 'pg';
import { WebSocket } from 'ws';
import { databaseFrom } from './database.js';
import { field } from './field.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const NOWHERE = 'http://127.0.0.1:9'; // The discard port: nobody answers.

/** With DB_HOST and the others, all tests run on that database, which must be for tests alone. */
const database = databaseFrom(process.env);

async function query(statement: string): Promise<void> {
  const client = new Client(database);
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function migrate(): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'migrate.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [words, [code]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[unknown]>,
  ]);
  assert.equal(code, 0);
  return words;
}

if (database) {
  before(async () => {
    await migrate();
  });
  beforeEach(() => query('truncate registrations'));
}

interface Running {
  readonly url: string;
  readonly process: ChildProcess;
}

/** Starts a real process on a free port, and kills it after the test if it still runs. */
async function start(
  t: TestContext,
  name: 'api' | 'client',
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(process.execPath, [join(import.meta.dirname, name, 'main.js')], {
    env: { ...process.env, PORT: '0', COMMIT, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += String(chunk);
    const url = /listens on (.+)\n/.exec(output)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return { url, process: child };
    }
  }
  throw new Error(`${name} didn't start: ${output}`);
}

async function stop({ process: child }: Running): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await exit) as [unknown];
  return code;
}

function submit(url: string, form: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
}

function book(api: Running, workshop: string, body: unknown): Promise<Response> {
  return fetch(`${api.url}/api/workshops/${workshop}/registrations`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

void test('the API says that it is well, and which commit it is', async (t) => {
  const api = await start(t, 'api');
  const response = await fetch(`${api.url}/api/health`);
  const health: unknown = await response.json();
  assert.equal(response.status, 200);
  assert.equal(field(health, 'status'), 'ok');
  assert.equal(field(health, 'version'), '1.0.0');
  assert.equal(field(health, 'commit'), COMMIT);
  assert.equal(field(health, 'pid'), api.process.pid);
  assert.equal(response.headers.get('X-Commit'), COMMIT);
});

void test('the API refuses what it cannot accept, each with its status', async (t) => {
  const api = await start(t, 'api');
  const robin = { name: 'Robin', email: 'robin@example.org' };
  const status = async (answer: Promise<Response>) => (await answer).status;
  assert.equal(await status(book(api, 'water', '{"name":')), 400);
  assert.equal(await status(book(api, 'water', 'null')), 422);
  assert.equal(await status(book(api, 'water', { name: 'R', email: 'robin' })), 422);
  assert.equal(await status(book(api, 'water', { name: 'x'.repeat(20_000) })), 413);
  assert.equal(await status(book(api, 'nowhere', robin)), 404);
  assert.equal(await status(book(api, 'water', robin)), 201);
  assert.equal(await status(book(api, 'water', { ...robin, email: 'Robin@Example.org' })), 409);
  assert.equal(await status(fetch(`${api.url}/api/slow?seconds=11`)), 400);
  assert.equal(await status(fetch(`${api.url}/api/nothing`)), 404);
});

void test('a workshop takes as many as it has seats', async (t) => {
  const api = await start(t, 'api');
  const statuses = [];
  for (let each = 1; each <= 9; each += 1) {
    const email = `robin${String(each)}@example.org`;
    statuses.push((await book(api, 'seeds', { name: 'Robin', email })).status);
  }
  assert.deepEqual(statuses, [201, 201, 201, 201, 201, 201, 201, 201, 409]);
});

void test('the client books a place and shows one less', async (t) => {
  const api = await start(t, 'api');
  const client = await start(t, 'client', { API_URL: api.url });
  const first = await fetch(client.url);
  assert.equal(first.headers.get('X-Commit'), COMMIT);
  const before = await first.text();
  assert.match(before, /Living soil and compost.*12 places left/s);
  assert.match(before, /commit <code title="0123456789abcdef[0-9a-f]*">0123456<\/code>/);

  const form = { workshop: 'living-soil', name: 'Robin', email: 'robin@example.org' };
  const answer = await submit(client.url, form);
  assert.equal(answer.status, 303);
  const location = new URL(answer.headers.get('location') ?? '', client.url);
  const after = await (await fetch(location)).text();
  assert.match(after, /Your place is booked/);
  assert.match(after, /Living soil and compost.*11 places left/s);

  const again = await submit(client.url, form);
  assert.equal(again.status, 409);
  assert.match(await again.text(), /already has a place/);
});

void test('the client gives a refused form back, escaped', async (t) => {
  const api = await start(t, 'api');
  const client = await start(t, 'client', { API_URL: api.url });
  const name = '"><script>alert(1)</script>';
  const answer = await submit(client.url, { workshop: 'water', name, email: 'robin' });
  const page = await answer.text();
  assert.equal(answer.status, 422);
  assert.match(page, /id="email-error">Enter an email address/);
  assert.match(page, /value="&quot;&gt;&lt;script&gt;alert\(1\)/);
  assert.doesNotMatch(page, /<script/);
});

void test('the client renders without the API, and says so', async (t) => {
  const client = await start(t, 'client', { API_URL: NOWHERE });
  const page = await fetch(client.url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /The calendar is away just now/);
  const form = { workshop: 'water', name: 'Robin', email: 'robin@example.org' };
  const answer = await submit(client.url, form);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /Your place is not booked/);
});

void test('the migrations run once, and nowhere without a database', async () => {
  assert.match(await migrate(), /^Nothing to migrate/m);
});

void test('processes share the calendar of a database', { skip: !database }, async (t) => {
  const [one, other] = [await start(t, 'api'), await start(t, 'api')];
  await book(one, 'water', { name: 'Robin', email: 'robin@example.org' });
  const client = await start(t, 'client', { API_URL: other.url });
  assert.match(await (await fetch(client.url)).text(), /Water that stays.*9 places left/s);
});

void test('two bookings at once do not share the last seat', { skip: !database }, async (t) => {
  const api = await start(t, 'api');
  const all = Array.from({ length: 20 }, (_, at) =>
    book(api, 'seeds', { name: 'Robin', email: `robin${String(at)}@example.org` }),
  );
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, 8);
});

void test('a read survives that its connection is ended', { skip: !database }, async (t) => {
  const api = await start(t, 'api');
  for (let round = 0; round < 20; round += 1) {
    const [answer] = await Promise.all([
      fetch(`${api.url}/api/workshops`),
      query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where usename = current_user and pid <> pg_backend_pid()`,
      ),
    ]);
    assert.equal(answer.status, 200);
  }
});

void test('the API is not well while its database is away', async (t) => {
  const api = await start(t, 'api', { DB_HOST: '127.0.0.1', DB_PORT: '9' });
  const response = await fetch(`${api.url}/api/health`);
  assert.equal(response.status, 503);
  assert.equal((await fetch(`${api.url}/api/workshops`)).status, 500);
});

void test('a stop lets a response in flight end, and takes no new ones', async (t) => {
  const api = await start(t, 'api');
  const slow = await fetch(`${api.url}/api/slow?seconds=1.5`); // Its first line has arrived.
  const exit = stop(api);
  await sleep(300);
  await assert.rejects(fetch(`${api.url}/api/health`, { headers: { Connection: 'close' } }));
  assert.match(await slow.text(), /\ndone\n$/);
  const ended = Date.now();
  assert.equal(await exit, 0);
  assert.ok(Date.now() - ended < 1000, 'its keep-alive connection holds the process up');
});

void test('a stop cuts what is still in flight at the deadline', async (t) => {
  const api = await start(t, 'api', { STOP_DEADLINE: '1' });
  const slow = await fetch(`${api.url}/api/slow?seconds=10`);
  const body = assert.rejects(slow.text());
  assert.equal(await stop(api), 0);
  await body;
});

void test('the API pushes ticks, and says goodbye when it stops', async (t) => {
  const api = await start(t, 'api');
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/api/live`);
  const closed = once(socket, 'close');
  for (let each = 0; each < 2; each += 1) {
    const [message] = (await once(socket, 'message')) as [Buffer];
    assert.equal(field(JSON.parse(message.toString()), 'commit'), COMMIT);
  }
  assert.equal(await stop(api), 0);
  const [code] = (await closed) as [unknown];
  assert.equal(code, 1001);
});

void test('PORT may be the path of a Unix socket, even one that a killed process left', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  t.after(() => rm(folder, { recursive: true }));
  const socketPath = join(folder, 'api.sock');
  const killed = await start(t, 'api', { PORT: socketPath });
  killed.process.kill('SIGKILL');
  await once(killed.process, 'exit');

  const api = await start(t, 'api', { PORT: socketPath });
  assert.equal(api.url, socketPath);
  const answer = await new Promise<string>((resolve, reject) => {
    request({ socketPath, path: '/api/health' }, (response) => {
      text(response).then(resolve, reject);
    })
      .on('error', reject)
      .end();
  });
  assert.match(answer, /"status":"ok"/);
  assert.equal(await stop(api), 0);
});

for (const [name, value] of [
  ['PORT', '70000'],
  ['PORT', 'http'],
  ['API_URL', 'localhost:3000'],
  ['COMMIT', '$(id)'],
  ['STOP_DEADLINE', 'soon'],
  ['DB_PORT', 'many'],
  ['DB_TLS', 'maybe'],
] as const) {
  void test(`a start with ${name}=${value} fails with a clear word`, async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'client', 'main.js')], {
      env: { ...process.env, [name]: value },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [words, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'exit') as Promise<[unknown]>,
    ]);
    assert.equal(code, 1);
    assert.ok(words.startsWith(`Cannot start client: ${name} is "${value}", expected `), words);
  });
}
