import { html } from 'hono/html';
import type { FieldErrors, Workshop } from '../api/workshops.js';
import type { Config } from '../config.js';
import type { ApiHealth } from './api-client.js';
import { greeting } from './greeting.js';

// html`…` escapes every value put into it, except other html`…`.
type Html = ReturnType<typeof html>;

export type FormState =
  | { readonly status: 'empty'; readonly registered: boolean }
  | {
      readonly status: 'refused';
      readonly values: { readonly workshop: string; readonly name: string; readonly email: string };
      readonly error: string;
      readonly fields: FieldErrors;
    };

interface WorkshopsPage {
  readonly config: Config;
  readonly apiHealth: ApiHealth | undefined;
  readonly workshops: readonly Workshop[] | undefined;
  readonly form: FormState;
}

export function workshopsPage({ config, apiHealth, workshops, form }: WorkshopsPage): Html {
  const title = form.status === 'refused' ? 'Please check the form' : 'Workshops';
  return page(
    config,
    title,
    html`
      <p class="greeting">${greeting}</p>
      <p class="lead">
        We are a cooperative of gardeners. Our members share what they know in small workshops, open
        to everyone.
      </p>
      ${
        form.status === 'empty' && form.registered
          ? html`<p class="notice good" role="status">
              Your place is booked. See you in the garden!
            </p>`
          : ''
      }
      ${form.status === 'refused' ? html`<p class="notice bad" role="alert">${form.error} ${workshops ? html`<a href="#book">To the form</a>` : ''}</p>` : ''}
      <h2 id="calendar">Calendar</h2>
      ${calendar(workshops)} ${workshops ? bookingForm(workshops, form) : ''}
    `,
    apiHealth,
  );
}

export function messagePage(config: Config, title: string): Html {
  return page(
    config,
    title,
    html`<h2>${title}</h2>
      <p><a href="/">Back to the workshops</a></p>`,
  );
}

function calendar(workshops: readonly Workshop[] | undefined): Html {
  if (!workshops) {
    return html`<p class="notice bad" role="status">
      The calendar is away just now: our API doesn’t answer. Please come back in a moment.
    </p>`;
  }
  if (workshops.length === 0) return html`<p>No workshop is planned at the moment.</p>`;
  return html`<ul class="workshops">
    ${workshops.map(
      (workshop) =>
        html`<li>
          <p class="when">
            <time datetime="${workshop.date}">${longDate(workshop.date)}</time>, ${workshop.hours}
          </p>
          <h3>${workshop.title}</h3>
          <p>${workshop.summary}</p>
          <p class="where">With ${workshop.host} · ${workshop.place} · ${places(workshop)}</p>
        </li>`,
    )}
  </ul>`;
}

function bookingForm(workshops: readonly Workshop[], form: FormState): Html {
  const refused = form.status === 'refused' ? form : undefined;
  const chosen = refused?.values.workshop;
  const error = refused?.fields.workshop;
  return html`<h2 id="book">Book a place</h2>
    <form method="post" action="/">
      <div class="field">
        <label for="workshop">Workshop</label>
        <select id="workshop" name="workshop" required ${described('workshop', error)}>
          <option value="">Choose…</option>
          ${workshops.map(
            (workshop) =>
              html`<option
                value="${workshop.id}"
                ${workshop.id === chosen ? 'selected' : ''}
                ${workshop.seatsLeft === 0 ? 'disabled' : ''}
              >
                ${workshop.title} – ${longDate(workshop.date)} (${places(workshop)})
              </option>`,
          )}
        </select>
        ${fieldError('workshop', error)}
      </div>
      ${input('name', 'text', 'Your name', refused?.values.name, refused?.fields.name)}
      ${input('email', 'email', 'Your email address', refused?.values.email, refused?.fields.email)}
      <button type="submit">Book my place</button>
    </form>`;
}

function input(
  name: 'name' | 'email',
  type: string,
  label: string,
  value: string | undefined,
  error: string | undefined,
): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${name}"
      maxlength="254"
      required
      value="${value ?? ''}"
      ${described(name, error)}
    />
    ${fieldError(name, error)}
  </div>`;
}

function described(name: string, error: string | undefined): Html | string {
  return error ? html`aria-invalid="true" aria-describedby="${name}-error"` : '';
}

function fieldError(name: string, error: string | undefined): Html | string {
  return error ? html`<p class="error" id="${name}-error">${error}</p>` : '';
}

function places({ seatsLeft }: Workshop): string {
  if (seatsLeft <= 0) return 'full';
  return seatsLeft === 1 ? '1 place left' : `${String(seatsLeft)} places left`;
}

function longDate(date: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  }).format(new Date(date));
}

function page(config: Config, title: string, main: Html, apiHealth?: ApiHealth): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Garden workshops</title>
        <link rel="stylesheet" href="/style.css?${config.commit}" />
      </head>
      <body>
        <header>
          <h1><a href="/">Garden workshops</a></h1>
        </header>
        <main>${main}</main>
        <footer>
          <p>
            Client ${release(config)} ·
            ${apiHealth ? html`API ${release(apiHealth)}` : 'API unknown'}
          </p>
        </footer>
      </body>
    </html>`;
}

function release({ version, commit }: { readonly version: string; readonly commit: string }): Html {
  const short = /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, 7) : commit;
  return html`${version}, commit <code title="${commit}">${short}</code>`;
}
