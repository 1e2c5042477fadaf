import type { FieldErrors, Registration, Workshop } from '../api/workshops.js';
import { field } from '../field.js';

export interface ApiHealth {
  readonly version: string;
  readonly commit: string;
}

export type RegistrationAnswer =
  | { readonly status: 'registered'; readonly workshop: Workshop }
  | { readonly status: 'refused'; readonly error: string; readonly fields: FieldErrors }
  | { readonly status: 'away' };

const TIMEOUT_MS = 5000;

/** The calendar of workshops; undefined when the API doesn't answer as it should. */
export async function fetchWorkshops(apiUrl: string): Promise<readonly Workshop[] | undefined> {
  const list = field(await get(`${apiUrl}/api/workshops`), 'workshops');
  return Array.isArray(list) && list.every(isWorkshop) ? list : undefined;
}

/** What runs behind the API's address; undefined when it doesn't answer as it should. */
export async function fetchHealth(apiUrl: string): Promise<ApiHealth | undefined> {
  const health = await get(`${apiUrl}/api/health`);
  const [version, commit] = [field(health, 'version'), field(health, 'commit')];
  return typeof version === 'string' && typeof commit === 'string'
    ? { version, commit }
    : undefined;
}

export async function register(
  apiUrl: string,
  id: string,
  registration: Registration,
): Promise<RegistrationAnswer> {
  try {
    const response = await fetch(
      `${apiUrl}/api/workshops/${encodeURIComponent(id)}/registrations`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(registration),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    const answer: unknown = await response.json();
    const workshop = field(answer, 'workshop');
    if (response.ok && isWorkshop(workshop)) return { status: 'registered', workshop };
    const error = field(answer, 'error');
    if (response.status < 500 && typeof error === 'string') {
      return { status: 'refused', error, fields: fieldErrors(field(answer, 'fields')) };
    }
    console.error(`POST ${response.url}: ${String(response.status)}`);
  } catch (error) {
    console.error(`The API is away: ${reason(error)}`);
  }
  return { status: 'away' };
}

async function get(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return await response.json();
    await response.body?.cancel();
    console.error(`GET ${url}: ${String(response.status)}`);
  } catch (error) {
    console.error(`GET ${url}: ${reason(error)}`);
  }
  return undefined;
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch() says no more than 'fetch failed'; its cause says why.
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function isWorkshop(value: unknown): value is Workshop {
  const texts = ['id', 'title', 'summary', 'host', 'place', 'date', 'hours'];
  return (
    texts.every((key) => typeof field(value, key) === 'string') &&
    !Number.isNaN(Date.parse(String(field(value, 'date')))) &&
    Number.isInteger(field(value, 'seats')) &&
    Number.isInteger(field(value, 'seatsLeft'))
  );
}

function fieldErrors(value: unknown): FieldErrors {
  const errors: { workshop?: string; name?: string; email?: string } = {};
  for (const name of ['workshop', 'name', 'email'] as const) {
    const error = field(value, name);
    if (typeof error === 'string') errors[name] = error;
  }
  return errors;
}
