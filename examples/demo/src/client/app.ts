import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Config } from '../config.js';
import { field } from '../field.js';
import { fetchHealth, fetchWorkshops, register } from './api-client.js';
import { messagePage, workshopsPage, type FormState } from './pages.js';
import { style } from './style.js';

export function client(config: Config): Hono {
  const app = new Hono();

  // Strict-Transport-Security is sent by the server that ends TLS.
  app.use(
    secureHeaders({
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    }),
  );

  app.use(async (c, next) => {
    c.header('X-Commit', config.commit);
    await next();
  });

  const showWorkshops = async (c: Context, form: FormState, code: 200 | 409 | 422 | 503 = 200) => {
    const [workshops, apiHealth] = await Promise.all([
      fetchWorkshops(config.apiUrl),
      fetchHealth(config.apiUrl),
    ]);
    c.header('Cache-Control', 'no-store');
    return c.html(workshopsPage({ config, apiHealth, workshops, form }), code);
  };

  // 200 without the API too: this page is also how one sees that the client itself is well.
  app.get('/', (c) =>
    showWorkshops(c, { status: 'empty', registered: c.req.query('registered') !== undefined }),
  );

  app.post('/', bodyLimit({ maxSize: 16 * 1024 }), async (c) => {
    const body: unknown = await c.req.parseBody().catch(() => undefined);
    const value = (key: string) => {
      const text = field(body, key);
      return typeof text === 'string' ? text : '';
    };
    const values = { workshop: value('workshop'), name: value('name'), email: value('email') };
    if (values.workshop === '') {
      const fields = { workshop: 'Choose a workshop.' };
      return showWorkshops(
        c,
        { status: 'refused', values, error: 'Nothing is booked yet.', fields },
        422,
      );
    }
    const answer = await register(config.apiUrl, values.workshop, values);
    switch (answer.status) {
      case 'registered':
        // To a page that can be reloaded without booking twice.
        return c.redirect('/?registered', 303);
      case 'refused': {
        const { error, fields } = answer;
        const code = Object.keys(fields).length > 0 ? 422 : 409;
        return showWorkshops(c, { status: 'refused', values, error, fields }, code);
      }
      case 'away': {
        const error =
          'Your place is not booked: our calendar doesn’t answer. Please try again soon.';
        return showWorkshops(c, { status: 'refused', values, error, fields: {} }, 503);
      }
    }
  });

  app.get('/health', (c) => {
    c.header('Cache-Control', 'no-store');
    return c.json({
      status: 'ok',
      version: config.version,
      commit: config.commit,
      pid: process.pid,
    });
  });

  app.get('/style.css', (c) => {
    c.header('Content-Type', 'text/css; charset=utf-8');
    c.header('Cache-Control', 'public, max-age=86400');
    return c.body(style);
  });

  app.notFound((c) => c.html(messagePage(config, 'There is no such page'), 404));
  app.onError((error, c) => {
    console.error(error);
    return c.html(messagePage(config, 'Something went wrong on our side'), 500);
  });
  return app;
}
