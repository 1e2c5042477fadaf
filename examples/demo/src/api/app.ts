import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { stream } from 'hono/streaming';
import type { Config } from '../config.js';
import { DatabaseCalendar } from './database-calendar.js';
import { MemoryCalendar, parseRegistration } from './workshops.js';

const MAX_SLOW_SECONDS = 10;

const refusals = {
  unknown: { code: 404, error: 'There is no such workshop.' },
  past: { code: 409, error: 'This workshop has already taken place.' },
  full: { code: 409, error: 'This workshop is full.' },
  already: { code: 409, error: 'This email address already has a place in this workshop.' },
} as const;

export function api(config: Config): Hono {
  const startedAt = new Date();
  const { database } = config;
  const calendar = database ? new DatabaseCalendar(database) : new MemoryCalendar(startedAt);
  const app = new Hono();

  app.use(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('X-Commit', config.commit);
    await next();
  });

  // Of no use without its database: a release that can't read it must not go live.
  app.get('/api/health', async (c) => {
    const failed = await calendar.check().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed !== undefined) console.error(failed);
    return c.json(
      {
        status: failed === undefined ? 'ok' : 'The database can’t be read; the log says why.',
        version: config.version,
        commit: config.commit,
        pid: process.pid,
        startedAt: startedAt.toISOString(),
        calendar: database ? 'database' : 'memory',
      },
      failed === undefined ? 200 : 503,
    );
  });

  app.get('/api/workshops', async (c) =>
    c.json({ workshops: await calendar.upcoming(new Date()) }),
  );

  app.post(
    '/api/workshops/:id/registrations',
    bodyLimit({
      maxSize: 16 * 1024,
      onError: (c) => c.json({ error: 'The body is larger than 16 KiB.' }, 413),
    }),
    async (c) => {
      if (!/^application\/json\b/i.test(c.req.header('Content-Type') ?? '')) {
        return c.json({ error: 'Send the registration as application/json.' }, 415);
      }
      const body = await c.req.json<unknown>().catch(() => undefined);
      if (body === undefined) return c.json({ error: 'The body is not valid JSON.' }, 400);

      const parsed = parseRegistration(body);
      if (parsed.status === 'invalid') {
        return c.json({ error: 'Some fields need correction.', fields: parsed.fields }, 422);
      }
      const result = await calendar.register(c.req.param('id'), parsed.registration, new Date());
      if (result.status === 'registered') return c.json({ workshop: result.workshop }, 201);
      const { code, error } = refusals[result.status];
      return c.json({ error }, code);
    },
  );

  // Answers piece by piece: what it takes to see whether a deployment cuts a request in flight.
  app.get('/api/slow', (c) => {
    const text = c.req.query('seconds') ?? '3';
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (!(seconds <= MAX_SLOW_SECONDS)) {
      return c.json(
        { error: `"seconds" must be a number from 0 to ${String(MAX_SLOW_SECONDS)}.` },
        400,
      );
    }
    c.header('Content-Type', 'text/plain; charset=utf-8');
    c.header('X-Accel-Buffering', 'no');
    return stream(c, async (body) => {
      await body.writeln(`begun by ${String(process.pid)}`);
      for (let left = seconds; left > 0 && !body.aborted; left -= 0.5) {
        await body.sleep(Math.min(left, 0.5) * 1000);
        await body.writeln(`${String(Math.max(left - 0.5, 0))} s left`);
      }
      await body.writeln('done');
    });
  });

  app.get('/api/live', (c) => {
    c.header('Upgrade', 'websocket');
    return c.json({ error: 'Connect to this address with a WebSocket.' }, 426);
  });
  app.notFound((c) =>
    c.json({ error: `Cannot ${c.req.method} ${c.req.path}: there is none.` }, 404),
  );
  app.onError((error, c) => {
    console.error(error);
    return c.json({ error: 'The API failed; its log says why.' }, 500);
  });
  return app;
}
